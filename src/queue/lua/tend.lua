-- Keeps a queue moving, whoever calls: renews the caller's lease, returns the jobs of workers whose lease has ended to the
-- front of the queue, and puts delayed jobs that are due there too.
-- KEYS  workers, waiting, delayed, job prefix, active prefix
-- ARGV  workerId, leaseMs, how many delayed jobs at most
-- Reply [recovered, due]
-- @include ./now.lua

local workers, waiting, delayed, prefix, activePrefix = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now = nowMs()

-- It comes back flagged: it runs alone next time, and only if it was alone already does the crash count against it.
local function flag(job)
  if redis.call('EXISTS', job) == 0 then return end
  if redis.call('HDEL', job, 'risky') == 1 then redis.call('HINCRBY', job, 'crashes', 1) end
  redis.call('HSET', job, 'alone', 1)
end

local function recover(workerId)
  local active, count = activePrefix .. workerId, 0
  local id = redis.call('LMOVE', active, waiting, 'LEFT', 'RIGHT')
  while id do
    flag(prefix .. id)
    count = count + 1
    id = redis.call('LMOVE', active, waiting, 'LEFT', 'RIGHT')
  end
  redis.call('ZREM', workers, workerId)
  return count
end

redis.call('ZADD', workers, now + ARGV[2], ARGV[1])

local recovered = 0
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', now)) do
  recovered = recovered + recover(gone)
end

local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, ARGV[3])
for at = #due, 1, -1 do
  redis.call('ZREM', delayed, due[at])
  redis.call('RPUSH', waiting, due[at])
end
return { recovered, #due }
