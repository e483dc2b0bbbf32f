-- Takes users off the board, or lets them fall to a lower standing or out of sight, and leaves a fence each, in one step:
-- what was computed before the fence's seq and arrives late is stale and cannot bring anything back, nor take off who has
-- come back since. Who leaves the first ranks is announced, and for nobody else a rank is looked up. A board that is
-- neither built nor being built is left alone: who builds it reads what is so in PostgreSQL.
-- KEYS  standings, fences, hidden, ready, rebuild, topic, stream
-- ARGV  board, topN (0 nobody is announced), unit (what one point adds to a score), new epoch, id of the hint ('' none),
--       how long the board is kept in ms (0 for ever), how long fences are kept in ms, then per entry, each of another user:
--       userId, seq, score that it must have ('' any), score that it gets ('' none: off the board), hidden 0|1, id of `left`
-- Reply how many were taken off or fell, or came out of sight or back into it
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
if #ARGV < FIRST or redis.call('EXISTS', ready, rebuild) == 0 then return 0 end

-- A key of a wrong type must fail here, before anything is written.
redis.call('ZCARD', fences)
local announcer = announcerOf({
  board = board, topN = topN, unit = unit, newEpoch = newEpoch,
  standings = standings, hidden = hidden, ready = ready, topic = topic, stream = stream,
})

-- Those that are not stale.
local function dueEntries()
  local userIds, due = {}, {}
  for at = FIRST, #ARGV, WIDTH do userIds[#userIds + 1] = ARGV[at] end
  local held = redis.call('ZMSCORE', standings, unpack(userIds))
  local fenced = redis.call('ZMSCORE', fences, unpack(userIds))
  for nth, userId in ipairs(userIds) do
    local _, seq, expected, score, isHidden, leftId = unpack(ARGV, FIRST + (nth - 1) * WIDTH, FIRST + nth * WIDTH - 1)
    local isStale = fenced[nth] and tonumber(fenced[nth]) > tonumber(seq)
    -- Another score than expected: a later standing arrived meanwhile, and it stays.
    if not isStale and (expected == '' or (held[nth] and tonumber(held[nth]) == tonumber(expected))) then
      due[#due + 1] = {
        userId = userId, seq = seq, held = held[nth], score = score, isHidden = isHidden == '1', leftId = leftId,
      }
    end
  end
  return due
end

-- Runs a command once with the words of all entries that have any.
local function forAll(entries, wordsOf, ...)
  local words = { ... }
  local own = #words
  for _, entry in ipairs(entries) do
    for _, word in ipairs(wordsOf(entry)) do words[#words + 1] = word end
  end
  return #words > own and redis.call(unpack(words)) or 0
end

local function lower(entries)
  local off = forAll(entries, function(it) return it.score == '' and { it.userId } or {} end, 'ZREM', standings)
  local function lowered(it) return it.score == '' and {} or { it.score, it.userId } end
  return off + forAll(entries, lowered, 'ZADD', standings, 'XX', 'LT', 'CH')
end

local due = dueEntries()
forAll(due, function(it) return { it.seq, it.userId } end, 'ZADD', fences, 'GT')
local turned = forAll(due, function(it) return it.isHidden and { it.userId } or {} end, 'SADD', hidden)
  + forAll(due, function(it) return it.isHidden and {} or { it.userId } end, 'SREM', hidden)

local top, others = {}, {}
for _, entry in ipairs(due) do
  local list = announcer.mayBeTop(entry.held) and top or others
  list[#list + 1] = entry
end
local changed = turned + lower(others)
for _, entry in ipairs(top) do
  local before = announcer.rankOf(entry.userId)
  local lowered = lower({ entry })
  if lowered == 1 then
    announcer.fell(entry.leftId, entry.userId, before, announcer.rankOf(entry.userId), entry.score ~= '' and entry.score or entry.held)
  end
  changed = changed + lowered
end
redis.call('PEXPIRE', fences, fenceMs)
if keptMs > 0 then redis.call('PEXPIRE', hidden, 2 * keptMs) end
if changed > 0 and hintId ~= '' then hint(stream, hintId, 'leaderboard.changed') end
return changed
