-- Before the commit of an update: removes the value, takes the lease from whoever is loading, and keeps what is loaded
-- from now on from being stored. Run again, it only holds on for longer.
-- KEYS  value, lease, updates
-- ARGV  token of the update, blockMs
-- Reply 1
-- @include ../../redis/lua/now.lua
local value, lease, updates = KEYS[1], KEYS[2], KEYS[3]
local now = nowMs()

redis.call('ZREMRANGEBYSCORE', updates, '-inf', string.format('%.0f', now))
redis.call('ZADD', updates, string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', updates, ARGV[2])
redis.call('DEL', value, lease)
return 1
