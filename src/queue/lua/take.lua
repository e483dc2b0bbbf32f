-- Renews the worker's lease, moves jobs from waiting until it holds `batchSize`, and tells all that it holds: a job whose
-- reply was lost is in the next one. Ids without a job (done already, or pushed twice) are dropped.
-- KEYS  waiting, active, workers, job prefix
-- ARGV  workerId, leaseMs, batchSize
-- Reply [[id, data, attempts, crashes, outages, alone, error, enqueuedAt], …], oldest first; what is not set is nil
-- @include ./now.lua
-- @include ./job-ttl.lua

local waiting, active, workers, prefix = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- The lease comes first: jobs in a list that no lease stands for would never be recovered.
redis.call('ZADD', workers, nowMs() + ARGV[2], ARGV[1])
for _ = redis.call('LLEN', active) + 1, tonumber(ARGV[3]) do
  if not redis.call('LMOVE', waiting, active, 'RIGHT', 'LEFT') then break end
end

local held, seen = {}, {}
local ids = redis.call('LRANGE', active, 0, -1)
for at = #ids, 1, -1 do
  local id = ids[at]
  if not seen[id] then
    seen[id] = true
    local job = redis.pcall('HMGET', prefix .. id,
      'data', 'attempts', 'crashes', 'outages', 'alone', 'error', 'enqueuedAt')
    if job.err or not job[1] then
      redis.call('LREM', active, 0, id)
    else
      redis.call('PEXPIRE', prefix .. id, JOB_TTL_MS)
      table.insert(job, 1, id)
      table.insert(held, job)
    end
  end
end
return held
