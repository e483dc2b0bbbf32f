-- Keeps a queue moving, whoever calls: renews the caller's lease, returns the jobs of workers whose lease has ended to the
-- front of their lists, and puts delayed jobs that are due at the end, in the order of their times.
-- KEYS  waiting: high, normal, low; delayed, workers, bell, job prefix, active prefix
-- ARGV  workerId, leaseMs, how many delayed jobs at most
-- Reply [recovered, due]
-- @include ../../redis/lua/now.lua
-- @include ./lease.lua
-- @include ./lists.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local delayed, workers, bell, prefix, activePrefix = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local now = nowMs()

-- It comes back flagged: it runs alone next time, and only if it was alone already does the crash count against it.
local function flag(job)
  if redis.call('EXISTS', job) == 0 then return end
  if redis.call('HDEL', job, 'risky') == 1 then redis.call('HINCRBY', job, 'crashes', 1) end
  redis.call('HSET', job, 'alone', 1)
end

renewLease(workers, ARGV[1], now, ARGV[2])

local recovered = 0
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', now)) do
  recovered = recovered + giveBack(lists, activePrefix .. gone, prefix, flag)
  redis.call('ZREM', workers, gone)
end

local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do
  redis.call('ZREM', delayed, id)
  redis.call('LPUSH', listOf(lists, prefix .. id), id)
end
if recovered + #due > 0 then ring(bell, workers, recovered + #due) end
return { recovered, #due }
