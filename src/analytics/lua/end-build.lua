-- Ends a build: drops what of it was not made whole, and the lock if the caller still holds it.
-- KEYS  building, half
-- ARGV  token
-- Reply none
local building, half = KEYS[1], KEYS[2]
redis.call('UNLINK', half)
if redis.call('GET', building) == ARGV[1] then redis.call('DEL', building) end
