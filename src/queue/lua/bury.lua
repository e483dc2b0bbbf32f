-- Moves a job that was given up to failed, which keeps the newest `keep` for `keepMs`.
-- KEYS  active, failed, counts, job prefix
-- ARGV  id, attempts, error, keep, keepMs
-- Reply 1, or 0 when the worker no longer holds the job
-- @include ../../redis/lua/now.lua
-- @include ./history.lua

local active, failed, counts, prefix = unpack(KEYS)
local id, job, now = ARGV[1], prefix .. ARGV[1], nowMs()

if redis.call('LREM', active, 0, id) == 0 or redis.call('EXISTS', job) == 0 then return 0 end
noteFailure(job, now, ARGV[3])
redis.call('HSET', job, 'attempts', ARGV[2], 'failedAt', now)
redis.call('HDEL', job, 'risky')
redis.call('PEXPIRE', job, ARGV[5])
redis.call('ZADD', failed, now, id)
redis.call('HINCRBY', counts, 'failed', 1)

redis.call('ZREMRANGEBYSCORE', failed, '-inf', now - ARGV[5])
local oldest = redis.call('ZRANGE', failed, 0, -tonumber(ARGV[4]) - 1)
for _, gone in ipairs(oldest) do
  redis.call('ZREM', failed, gone)
  redis.call('DEL', prefix .. gone)
end
return 1
