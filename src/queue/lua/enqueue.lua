-- Creates the jobs that do not exist yet, to be done now or when they are due; a job that exists is left as it is, but
-- does not expire in a queue that is paused: it would be pushed a second time.
-- KEYS  waiting: high, normal, low; delayed, workers, bell, paused, job prefix (every job's key is in its slot)
-- ARGV  id, data (JSON), priority (high|normal|low), delayMs, then the same of the next job
-- Reply how many were new
-- @include ../../redis/lua/now.lua
-- @include ./job-ttl.lua
-- @include ./lists.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local delayed, workers, bell, paused, prefix = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local isPaused = redis.call('EXISTS', paused) == 1
local now, created, ready = nowMs(), 0, 0

for at = 1, #ARGV, 4 do
  local id, priority, delayMs = ARGV[at], ARGV[at + 2], tonumber(ARGV[at + 3])
  local job = prefix .. id
  if redis.call('EXISTS', job) == 0 then
    redis.call('HSET', job, 'data', ARGV[at + 1], 'attempts', 0, 'crashes', 0, 'enqueuedAt', now)
    if priority ~= 'normal' then redis.call('HSET', job, 'priority', priority) end
    redis.call('PEXPIRE', job, JOB_TTL_MS + delayMs)
    if delayMs > 0 then
      redis.call('ZADD', delayed, now + delayMs, id)
    else
      redis.call('LPUSH', listOf(lists, job), id)
      ready = ready + 1
    end
    created = created + 1
  elseif isPaused then
    keepFor(job, JOB_TTL_MS)
  end
end
if ready > 0 then ring(bell, workers, ready) end
return created
