-- Notes something in a job, while the worker holds it.
-- KEYS  active, job
-- ARGV  id, then field, value, …
-- Reply 1, or 0 when the worker no longer holds the job
local active, job = KEYS[1], KEYS[2]

if not redis.call('LPOS', active, ARGV[1]) or redis.call('EXISTS', job) == 0 then return 0 end
redis.call('HSET', job, unpack(ARGV, 2))
return 1
