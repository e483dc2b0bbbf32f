-- Looks a cached value up. Who finds neither value nor lease takes the lease, and with it the duty to load; who finds
-- a lease learns whose it is. While an update is under way a load may not be kept: it may show what the update replaces,
-- and the updater may die before it can say so.
-- KEYS  value, lease, updates
-- ARGV  token, leaseMs
-- Reply {'hit', storedAtMs, nowMs, json} | {'load', keep 0|1} | {'wait', token of the holder}
-- @include ../../redis/lua/now.lua
local value, lease, updates = KEYS[1], KEYS[2], KEYS[3]
local now = nowMs()

local held = redis.call('GET', value)
if held then
  local at = string.find(held, ':', 1, true)
  return { 'hit', tonumber(string.sub(held, 1, at - 1)), now, string.sub(held, at + 1) }
end

local holder = redis.call('GET', lease)
if holder then return { 'wait', holder } end

redis.call('SET', lease, ARGV[1], 'PX', ARGV[2], 'NX')
local blocked = redis.call('ZCOUNT', updates, '(' .. string.format('%.0f', now), '+inf') > 0
return { 'load', blocked and 0 or 1 }
