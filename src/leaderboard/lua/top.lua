-- Reads a page of the board and its size as they are at one moment.
-- KEYS  standings, hidden, ready
-- ARGV  offset, limit, how long the board is kept in ms (0 for ever)
-- Reply {whole 0|1, size, [userId, score, …]}; whole 0: the board must not be believed
-- @include ./whole.lua

local standings, hidden, ready = unpack(KEYS)
local offset, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
if not isWhole(standings, hidden, ready, tonumber(ARGV[3])) then return { 0, 0, {} } end
return {
  1,
  redis.call('ZCARD', standings),
  redis.call('ZREVRANGE', standings, offset, offset + limit - 1, 'WITHSCORES'),
}
