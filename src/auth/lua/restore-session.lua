-- Puts a session into Redis if it is not there; an ended one stays ended, so no late restore revives it.
-- KEYS  session
-- ARGV  username, role, expiresAt (ms), idleMs
-- Reply created | live | differs (live, in another role) | ended
-- @include ../../redis/lua/now.lua
local session = KEYS[1]
local now = nowMs()
local leftMs = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) - now)
local state, role = unpack(redis.call('HMGET', session, 'state', 'role'))
if state == 'ended' or leftMs <= 0 then return 'ended' end
if state == 'live' then
  redis.call('PEXPIRE', session, leftMs)
  return role == ARGV[2] and 'live' or 'differs'
end
redis.call('HSET', session, 'state', 'live', 'username', ARGV[1], 'role', ARGV[2], 'expiresAt', ARGV[3],
  'lastSeenAt', now)
redis.call('PEXPIRE', session, leftMs)
return 'created'
