-- Returns what a worker that stops still holds to the front of the queue, unflagged, and ends its lease.
-- KEYS  waiting: high, normal, low; active, workers, bell, job prefix
-- ARGV  workerId
-- Reply how many were returned
-- @include ./lists.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local active, workers, bell, prefix = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local count = giveBack(lists, active, prefix, function(job) redis.call('HDEL', job, 'risky') end)
redis.call('ZREM', workers, ARGV[1])
if count > 0 then ring(bell, workers, count) end
return count
