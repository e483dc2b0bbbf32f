-- Takes users off the board and leaves a fence each, in one step: what was computed before the fence's seq and
-- arrives late is stale and cannot bring them back.
-- KEYS  standings, fences, stream
-- ARGV  how long fences are kept in ms, id of the hint, then per entry: userId, seq, score that it must have ('' any)
-- Reply how many were taken off
-- @include ../../events/lua/topic.lua

local standings, fences, stream = unpack(KEYS)
local fenceMs, hintId = ARGV[1], ARGV[2]

for at = 3, #ARGV, 3 do
  if not (tonumber(ARGV[at + 1]) and ARGV[at + 2]) then return redis.error_reply('ERR entry without seq') end
end

local removed = 0
for at = 3, #ARGV, 3 do
  local userId, seq, expected = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local held = redis.call('ZSCORE', standings, userId)
  -- Another score than expected: a later standing arrived meanwhile, and it stays.
  if expected == '' or (held and tonumber(held) == tonumber(expected)) then
    redis.call('ZADD', fences, 'GT', seq, userId)
    removed = removed + redis.call('ZREM', standings, userId)
  end
end
redis.call('PEXPIRE', fences, fenceMs)
if removed > 0 then hint(stream, hintId, 'leaderboard.changed') end
return removed
