-- Tells a user's presence as the leases have it now, whatever was told last.
-- KEYS  leases that are online, leases that are away, presence
-- ARGV  none
-- Reply {status, lastSeenAt (ms, '' when unknown)}
-- @include ../../redis/lua/now.lua

local online, away, presence = KEYS[1], KEYS[2], KEYS[3]
local after = '(' .. string.format('%.0f', nowMs())
local function anyOf(leases) return redis.call('ZCOUNT', leases, after, '+inf') > 0 end

local status = anyOf(online) and 'online' or anyOf(away) and 'away' or 'offline'
return { status, redis.call('HGET', presence, 'lastSeenAt') or '' }
