-- Erases what Redis holds of a deleted account: the profile and the topic `user`. A seq stays for a while, so that a load
-- that read the account before its deletion and comes late writes nothing.
-- KEYS  profile, topic, stream
-- ARGV  seq of the deletion, keepMs
-- Reply erased
local profile, topic, stream = KEYS[1], KEYS[2], KEYS[3]
redis.call('DEL', profile, topic, stream)
redis.call('HSET', profile, 'seq', ARGV[1])
redis.call('PEXPIRE', profile, ARGV[2])
return 'erased'
