-- Puts jobs that failed aside until their next try. A failure counts as an attempt; an outage of a store does not.
-- A job that failed runs alone from now on, and so does one that met an outage time after time: it may be the cause.
-- KEYS  active, delayed, job prefix
-- ARGV  outagesUntilAlone, then for each job: id, delayMs, counts 0|1, error
-- Reply how many were put aside; what the worker no longer holds is left to its new holder
-- @include ../../redis/lua/now.lua
-- @include ./job-ttl.lua
-- @include ./history.lua

local active, delayed, prefix = KEYS[1], KEYS[2], KEYS[3]
local now, count = nowMs(), 0

for at = 2, #ARGV, 4 do
  local id, job, counts = ARGV[at], prefix .. ARGV[at], ARGV[at + 2] == '1'
  if redis.call('LREM', active, 0, id) > 0 and redis.call('EXISTS', job) == 1 then
    local times = redis.call('HINCRBY', job, counts and 'attempts' or 'outages', 1)
    if counts then noteFailure(job, now, ARGV[at + 3]) else redis.call('HSET', job, 'error', ARGV[at + 3]) end
    redis.call('HDEL', job, 'risky')
    keepFor(job, JOB_TTL_MS)
    if counts or times >= tonumber(ARGV[1]) then redis.call('HSET', job, 'alone', 1) end
    redis.call('ZADD', delayed, now + ARGV[at + 1], id)
    count = count + 1
  end
end
return count
