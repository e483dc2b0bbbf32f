-- After the commit of an update: removes what was loaded meanwhile and whoever is loading, and lets loads be kept again,
-- unless another update is under way.
-- KEYS  value, lease, updates
-- ARGV  token of the update
-- Reply 1
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[1], KEYS[2])
return 1
