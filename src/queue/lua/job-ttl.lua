-- A job that nobody has touched for so long is in no list any more, or waits behind so many that it may be put there
-- again: without its Hash, whoever promised it can enqueue it anew.
local JOB_TTL_MS = 3600 * 1000

-- What an operator decided about a job is nowhere but in its Hash, which is kept for longer: no step may cut that short.
local function keepFor(job, ms) redis.call('PEXPIRE', job, ms, 'GT') end
