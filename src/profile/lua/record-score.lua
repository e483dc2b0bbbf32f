-- Adds a score to a profile when it is exactly the next change of it, and announces the submission once.
-- KEYS  profile, announced, topic, stream
-- ARGV  seq, delta, solved 0|1, profileTtlMs, announcedTtlMs, newEpoch, eventId, event (JSON)
-- Reply applied | duplicate (had it, announced if it was not) | absent | gap (nothing done: load it, then ask again)
-- @include ../../events/lua/topic.lua
local profile, announced, topic, stream = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local seq = tonumber(ARGV[1])
local held, userId = unpack(redis.call('HMGET', profile, 'seq', 'userId'))
-- A seq alone is what a deleted account leaves.
if not (held and userId) then return 'absent' end
if seq > tonumber(held) + 1 then return 'gap' end

-- A key of a wrong type must fail here, before anything is written.
redis.call('HLEN', topic)
redis.call('XLEN', stream)

local isNext = seq == tonumber(held) + 1
if isNext then
  redis.call('HINCRBY', profile, 'totalScore', ARGV[2])
  redis.call('HINCRBY', profile, 'quizzesSolved', ARGV[3])
  redis.call('HSET', profile, 'seq', ARGV[1])
  redis.call('PEXPIRE', profile, ARGV[4])
end
if redis.call('SET', announced, '1', 'NX', 'PX', ARGV[5]) then
  appendEvent(topic, stream, ARGV[6], ARGV[7], 'submission.scored', ARGV[8])
end
return isNext and 'applied' or 'duplicate'
