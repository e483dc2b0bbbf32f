-- Takes users off the board, or lets them fall to a lower standing or out of sight, and leaves a fence each, in one step:
-- what was computed before the fence's seq and arrives late is stale and cannot bring anything back. A board that is
-- neither built nor being built is left alone: who builds it reads what is so in PostgreSQL.
-- KEYS  standings, fences, hidden, ready, rebuild, stream
-- ARGV  how long fences are kept in ms, id of the hint ('' none), how long the board is kept in ms (0 for ever), then per entry:
--       userId, seq, score that it must have ('' any), score that it gets ('' none: off the board), hidden 0|1
-- Reply how many were taken off or fell
-- @include ../../events/lua/topic.lua

local standings, fences, hidden, ready, rebuild, stream = unpack(KEYS)
local fenceMs, hintId, keptMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local FIRST, WIDTH = 4, 5

for at = FIRST, #ARGV, WIDTH do
  if not (tonumber(ARGV[at + 1]) and ARGV[at + 4]) then
    return redis.error_reply('ERR entry without seq, scores or hidden')
  end
end
if redis.call('EXISTS', ready, rebuild) == 0 then return 0 end

local function lower(userId, score)
  if score == '' then return redis.call('ZREM', standings, userId) end
  return redis.call('ZADD', standings, 'XX', 'LT', 'CH', score, userId)
end

local changed = 0
for at = FIRST, #ARGV, WIDTH do
  local userId, seq, expected, score, isHidden = unpack(ARGV, at, at + WIDTH - 1)
  local held = redis.call('ZSCORE', standings, userId)
  -- Another score than expected: a later standing arrived meanwhile, and it stays.
  if expected == '' or (held and tonumber(held) == tonumber(expected)) then
    redis.call('ZADD', fences, 'GT', seq, userId)
    local turned = redis.call(isHidden == '1' and 'SADD' or 'SREM', hidden, userId)
    changed = changed + math.max(turned, lower(userId, score))
  end
end
redis.call('PEXPIRE', fences, fenceMs)
if keptMs > 0 then redis.call('PEXPIRE', hidden, 2 * keptMs) end
if changed > 0 and hintId ~= '' then hint(stream, hintId, 'leaderboard.changed') end
return changed
