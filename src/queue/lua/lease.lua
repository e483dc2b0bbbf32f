-- The leases of workers. Included by the scripts that renew them.

-- Renews a worker's lease. When even its own had ended, Redis was away, or it stood still: the others may not have been
-- able to renew theirs either, and each gets as long again before its jobs are taken.
local function renewLease(workers, workerId, now, leaseMs)
  local endsAt = redis.call('ZSCORE', workers, workerId)
  if endsAt and tonumber(endsAt) <= now then
    for _, ended in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', now)) do
      redis.call('ZADD', workers, now + leaseMs, ended)
    end
  end
  redis.call('ZADD', workers, now + leaseMs, workerId)
end
