-- Takes a job out of the queue as an operator wishes. One that was given up goes at once; one that is to be done is
-- flagged, and the next worker to reach it gives it up instead, so that its promise does not bring it back.
-- KEYS  waiting: high, normal, low; delayed, failed, workers, bell, job, active prefix
-- ARGV  id, for how long in ms the flag may wait for a worker
-- Reply removed | flagged | active (a worker is at it: nothing done) | absent
-- @include ./job-ttl.lua
-- @include ./lists.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local delayed, failed, workers, bell, job, activePrefix = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local id = ARGV[1]

if redis.call('EXISTS', job) == 0 then return 'absent' end
if redis.call('ZREM', failed, id) == 1 then
  redis.call('DEL', job)
  return 'removed'
end
for _, workerId in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
  if redis.call('LPOS', activePrefix .. workerId, id) then return 'active' end
end
redis.call('HSET', job, 'removed', 1)
keepFor(job, ARGV[2])
if redis.call('ZREM', delayed, id) == 1 then
  redis.call('RPUSH', listOf(lists, job), id)
  ring(bell, workers, 1)
end
return 'flagged'
