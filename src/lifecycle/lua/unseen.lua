-- Tells the users who were not seen for longest, of those who were not seen for so long.
-- KEYS  last-seen
-- ARGV  how long in ms, how many at most
-- Reply userIds
-- @include ../../redis/lua/now.lua

local before = string.format('(%.0f', nowMs() - ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', before, 'LIMIT', 0, ARGV[2])
