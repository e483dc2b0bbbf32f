-- Marks a job as about to run alone, so that a crash of its worker counts against it.
-- KEYS  active, job
-- ARGV  id
-- Reply 1, or 0 when the worker no longer holds the job
local active, job = KEYS[1], KEYS[2]

if not redis.call('LPOS', active, ARGV[1]) or redis.call('EXISTS', job) == 0 then return 0 end
redis.call('HSET', job, 'risky', 1)
return 1
