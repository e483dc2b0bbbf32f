-- Stores a loaded value, if the lease under which it was loaded is still the holder's, and ends the lease.
-- KEYS  value, lease
-- ARGV  token, ttlMs, json
-- Reply 1, or 0 when the lease was lost: an update came, or the load took too long
-- @include ../../redis/lua/now.lua
local value, lease = KEYS[1], KEYS[2]

if redis.call('GET', lease) ~= ARGV[1] then return 0 end
local now = nowMs()
redis.call('SET', value, string.format('%.0f', now) .. ':' .. ARGV[3], 'PX', ARGV[2])
redis.call('DEL', lease)
return 1
