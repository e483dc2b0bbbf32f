-- Ends a session: leaves a tombstone for as long as an access token or a restore that began before may still come.
-- KEYS  session
-- ARGV  keepMs
-- Reply ended
local session = KEYS[1]
redis.call('DEL', session)
redis.call('HSET', session, 'state', 'ended')
redis.call('PEXPIRE', session, ARGV[1])
return 'ended'
