-- Admits one request of a session: checks it, spends its limits (all or none) and marks it and its user as active.
-- A session that is not live spends nothing; a refused limit spends nothing either, but is activity all the same.
-- KEYS  session, profile, window…
-- ARGV  idleMs, then per window as in rate-limit/lua/windows.lua
-- Reply {missing} | {ended} | {live, username, role, window statuses}
-- @include ../../rate-limit/lua/windows.lua
local session, profile = KEYS[1], KEYS[2]
local idleMs = tonumber(ARGV[1])
local now = nowMs()

local state, username, role, expiresAt = unpack(redis.call('HMGET', session, 'state', 'username', 'role', 'expiresAt'))
if not state then return { 'missing' } end
if state ~= 'live' or tonumber(expiresAt) <= now then return { 'ended' } end

local hasProfile = redis.call('HEXISTS', profile, 'userId') == 1
local statuses = spendWindows(3, 2)
redis.call('HSET', session, 'lastSeenAt', now)
redis.call('PEXPIRE', session, math.min(idleMs, tonumber(expiresAt) - now))
if hasProfile then redis.call('HSET', profile, 'lastActiveAt', now) end
return { 'live', username, role, statuses }
