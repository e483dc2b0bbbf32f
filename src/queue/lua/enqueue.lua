-- Creates the jobs that do not exist yet and puts them at the end of the queue; a job that exists is left as it is.
-- KEYS  waiting, job prefix (every job's key is in its slot)
-- ARGV  id, data (JSON), id, data, …
-- Reply how many were new
-- @include ./now.lua
-- @include ./job-ttl.lua

local waiting, prefix = KEYS[1], KEYS[2]
local now, created = nowMs(), 0

for at = 1, #ARGV, 2 do
  local id, job = ARGV[at], prefix .. ARGV[at]
  if redis.call('EXISTS', job) == 0 then
    redis.call('LPUSH', waiting, id)
    redis.call('HSET', job, 'data', ARGV[at + 1], 'attempts', 0, 'crashes', 0, 'enqueuedAt', now)
    redis.call('PEXPIRE', job, JOB_TTL_MS)
    created = created + 1
  end
end
return created
