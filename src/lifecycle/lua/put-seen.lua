-- Puts in users with when they were last seen, as PostgreSQL has it; never earlier than what is there.
-- KEYS  last-seen
-- ARGV  how long it is kept from now in ms, then per user: ms, userId
-- Reply none
local lastSeen = KEYS[1]
redis.call('ZADD', lastSeen, 'GT', unpack(ARGV, 2))
redis.call('PEXPIRE', lastSeen, ARGV[1])
