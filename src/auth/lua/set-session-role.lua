-- Gives a live session the role that its user now has.
-- KEYS  session
-- ARGV  role
-- Reply 1 changed | 0 not live
local session = KEYS[1]
if redis.call('HGET', session, 'state') ~= 'live' then return 0 end
redis.call('HSET', session, 'role', ARGV[1])
return 1
