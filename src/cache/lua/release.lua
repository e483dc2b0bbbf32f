-- Gives a lease back without a value: the load failed, or may not be kept.
-- KEYS  lease
-- ARGV  token
-- Reply 1, or 0 when the lease was another's
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
