-- Gives the lock of the rebuild back, if it is still the caller's.
-- KEYS  rebuild
-- ARGV  token
-- Reply 1 released, 0 not held
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
