-- A job that nobody has touched for so long is in no list any more, or waits behind so many that it may be put there
-- again: without its Hash, whoever promised it can enqueue it anew.
local JOB_TTL_MS = 3600 * 1000
