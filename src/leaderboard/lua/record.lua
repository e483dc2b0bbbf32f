-- Records standings that are the users' best so far, tells their ranks before and after, and announces in the same
-- step who came into the top and whom that pushed out. Writing a standing again changes and announces nothing. A board
-- that nobody has built is left alone: who builds it reads these standings from PostgreSQL.
-- KEYS  standings, fences, hidden, ready, rebuild, topic, stream
-- ARGV  board, topN (0 nobody is announced), unit (what one point adds to a score), new epoch, id of the hint ('' none),
--       how long the board is kept in ms (0 for ever), then per entry: userId, score, seq, username, hidden 0|1, id of `entered`, id of `left`
-- Reply per entry: outcome (1 changed, 0 unchanged or not kept, -1 stale: a fence is newer), rank before, rank after (-1 none, or
--       not known while the board is being rebuilt)
-- @include ./top10.lua

local standings, fences, hidden, ready, rebuild, topic, stream = unpack(KEYS)
local board, topN, unit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local newEpoch, hintId, keptMs = ARGV[4], ARGV[5], tonumber(ARGV[6])
local FIRST, WIDTH = 7, 7

for at = FIRST, #ARGV, WIDTH do
  if not (tonumber(ARGV[at + 1]) and tonumber(ARGV[at + 2]) and ARGV[at + 6]) then
    return redis.error_reply('ERR entry without score, seq or ids')
  end
end

-- A key of a wrong type must fail here, before anything is written.
redis.call('ZCARD', fences)
local announcer = announcerOf({
  board = board, topN = topN, unit = unit, newEpoch = newEpoch,
  standings = standings, hidden = hidden, ready = ready, topic = topic, stream = stream,
})
local isKept = announcer.marker or redis.call('EXISTS', rebuild) == 1

local function isStale(entry)
  local fence = redis.call('ZSCORE', fences, entry.userId)
  return fence and tonumber(fence) > tonumber(entry.seq)
end

local function write(entry)
  if not isKept then return 0, -1, -1 end
  if isStale(entry) then return -1, -1, -1 end
  local before = announcer.rankOf(entry.userId)
  if redis.call('ZADD', standings, 'GT', 'CH', entry.score, entry.userId) == 0 then return 0, before, before end
  redis.call(entry.hidden == '1' and 'SADD' or 'SREM', hidden, entry.userId)
  local after = announcer.rankOf(entry.userId)
  announcer.rose(entry, before, after)
  return 1, before, after
end

local reply, changed = {}, false
for at = FIRST, #ARGV, WIDTH do
  local outcome, before, after = write({
    userId = ARGV[at], score = ARGV[at + 1], seq = ARGV[at + 2], username = ARGV[at + 3],
    hidden = ARGV[at + 4], enteredId = ARGV[at + 5], leftId = ARGV[at + 6],
  })
  changed = changed or outcome == 1
  for _, value in ipairs({ outcome, before, after }) do reply[#reply + 1] = value end
end
-- Longer than the marker, without which it is not read.
if isKept and keptMs > 0 then
  for _, key in ipairs({ standings, hidden }) do redis.call('PEXPIRE', key, 2 * keptMs) end
end
-- Whoever follows a board that is no longer kept reads it then, and has it built.
if hintId ~= '' and (changed and announcer.marker or not isKept and keptMs > 0) then hint(stream, hintId, 'leaderboard.changed') end
return reply
