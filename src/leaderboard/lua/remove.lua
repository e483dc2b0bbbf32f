-- Takes users off the board, or lets them fall to a lower standing or out of sight, and leaves a fence each, in one step:
-- what was computed before the fence's seq and arrives late is stale and cannot bring anything back, nor take off who has
-- come back since. Who leaves the first ranks is announced. A board that is neither built nor being built is left alone: who builds it reads what is so in
-- PostgreSQL.
-- KEYS  standings, fences, hidden, ready, rebuild, topic, stream
-- ARGV  board, topN (0 nobody is announced), unit (what one point adds to a score), new epoch, id of the hint ('' none),
--       how long the board is kept in ms (0 for ever), how long fences are kept in ms, then per entry: userId, seq, score
--       that it must have ('' any), score that it gets ('' none: off the board), hidden 0|1, id of `left`
-- Reply how many were taken off or fell
-- @include ./top10.lua

local standings, fences, hidden, ready, rebuild, topic, stream = unpack(KEYS)
local board, topN, unit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local newEpoch, hintId, keptMs, fenceMs = ARGV[4], ARGV[5], tonumber(ARGV[6]), ARGV[7]
local FIRST, WIDTH = 8, 6

for at = FIRST, #ARGV, WIDTH do
  if not (tonumber(ARGV[at + 1]) and ARGV[at + 5]) then
    return redis.error_reply('ERR entry without seq, scores, hidden or id')
  end
end
if redis.call('EXISTS', ready, rebuild) == 0 then return 0 end

-- A key of a wrong type must fail here, before anything is written.
redis.call('ZCARD', fences)
local announcer = announcerOf({
  board = board, topN = topN, unit = unit, newEpoch = newEpoch,
  standings = standings, hidden = hidden, ready = ready, topic = topic, stream = stream,
})

local function lower(userId, score)
  if score == '' then return redis.call('ZREM', standings, userId) end
  return redis.call('ZADD', standings, 'XX', 'LT', 'CH', score, userId)
end

local changed = 0
for at = FIRST, #ARGV, WIDTH do
  local userId, seq, expected, score, isHidden, leftId = unpack(ARGV, at, at + WIDTH - 1)
  local held = redis.call('ZSCORE', standings, userId)
  local fence = redis.call('ZSCORE', fences, userId)
  local isStale = fence and tonumber(fence) > tonumber(seq)
  -- Another score than expected: a later standing arrived meanwhile, and it stays.
  if not isStale and (expected == '' or (held and tonumber(held) == tonumber(expected))) then
    redis.call('ZADD', fences, 'GT', seq, userId)
    local turned = redis.call(isHidden == '1' and 'SADD' or 'SREM', hidden, userId)
    local before = announcer.rankOf(userId)
    local lowered = lower(userId, score)
    if lowered == 1 then announcer.fell(leftId, userId, before, announcer.rankOf(userId), score ~= '' and score or held) end
    changed = changed + math.max(turned, lowered)
  end
end
redis.call('PEXPIRE', fences, fenceMs)
if keptMs > 0 then redis.call('PEXPIRE', hidden, 2 * keptMs) end
if changed > 0 and hintId ~= '' then hint(stream, hintId, 'leaderboard.changed') end
return changed
