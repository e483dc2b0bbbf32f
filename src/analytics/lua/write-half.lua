-- Writes a page of a set of top users that is being built, if the caller still holds the lock; and keeps the lock.
-- KEYS  building, half
-- ARGV  token, for how long (ms), then pairs of score and userId
-- Reply 1, or 0 when the lock was lost
local building, half = KEYS[1], KEYS[2]
local token, forMs = ARGV[1], ARGV[2]
if redis.call('GET', building) ~= token then return 0 end
redis.call('ZADD', half, 0, '', unpack(ARGV, 3))
redis.call('PEXPIRE', half, forMs)
redis.call('PEXPIRE', building, forMs)
return 1
