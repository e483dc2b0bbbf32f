-- Reads a user's place and those around it as they are at one moment. Near the ends the window is shifted, so that it
-- still holds 2 × around + 1 users where there are as many.
-- KEYS  standings, hidden, ready
-- ARGV  userId, around, how long the board is kept in ms (0 for ever)
-- Reply {whole 0|1, size, rank or -1, score or '', score one rank above or '', rank of the first neighbour,
--        [userId, score, …]}
-- @include ./whole.lua

local standings, hidden, ready = unpack(KEYS)
local userId, around = ARGV[1], tonumber(ARGV[2])
if not isWhole(standings, hidden, ready, tonumber(ARGV[3])) then return { 0, 0, -1, '', '', 1, {} } end

local size = redis.call('ZCARD', standings)
local index = redis.call('ZREVRANK', standings, userId)
if not index then return { 1, size, -1, '', '', 1, {} } end

local width = math.min(2 * around + 1, size)
local first = math.max(0, math.min(index - around, size - width))
local above = index > 0 and redis.call('ZREVRANGE', standings, index - 1, index - 1, 'WITHSCORES')[2] or ''
return {
  1, size, index + 1,
  redis.call('ZSCORE', standings, userId), above, first + 1,
  redis.call('ZREVRANGE', standings, first, first + width - 1, 'WITHSCORES'),
}
