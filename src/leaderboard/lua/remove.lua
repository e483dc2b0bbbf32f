-- Takes users off the board, or lets them fall to a lower standing, and leaves a fence each, in one step: what was
-- computed before the fence's seq and arrives late is stale and cannot bring them back.
-- KEYS  standings, fences, stream
-- ARGV  how long fences are kept in ms, id of the hint, then per entry: userId, seq, score that it must have ('' any),
--       score that it gets ('' none: off the board)
-- Reply how many were taken off or fell
-- @include ../../events/lua/topic.lua

local standings, fences, stream = unpack(KEYS)
local fenceMs, hintId = ARGV[1], ARGV[2]
local FIRST, WIDTH = 3, 4

for at = FIRST, #ARGV, WIDTH do
  if not (tonumber(ARGV[at + 1]) and ARGV[at + 3]) then return redis.error_reply('ERR entry without seq or scores') end
end

local function lower(userId, held, score)
  if not held then return 0 end
  if score == '' then return redis.call('ZREM', standings, userId) end
  return redis.call('ZADD', standings, 'XX', 'LT', 'CH', score, userId)
end

local changed = 0
for at = FIRST, #ARGV, WIDTH do
  local userId, seq, expected, score = unpack(ARGV, at, at + WIDTH - 1)
  local held = redis.call('ZSCORE', standings, userId)
  -- Another score than expected: a later standing arrived meanwhile, and it stays.
  if expected == '' or (held and tonumber(held) == tonumber(expected)) then
    redis.call('ZADD', fences, 'GT', seq, userId)
    changed = changed + lower(userId, held, score)
  end
end
redis.call('PEXPIRE', fences, fenceMs)
if changed > 0 then hint(stream, hintId, 'leaderboard.changed') end
return changed
