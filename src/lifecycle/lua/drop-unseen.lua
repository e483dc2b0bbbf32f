-- Takes out those of the users who still were not seen for so long; who was seen meanwhile stays.
-- KEYS  last-seen
-- ARGV  how long in ms, then userIds
-- Reply how many were taken out
-- @include ../../redis/lua/now.lua

local lastSeen = KEYS[1]
local before = nowMs() - ARGV[1]
local dropped = 0
for at = 2, #ARGV do
  local seen = redis.call('ZSCORE', lastSeen, ARGV[at])
  if seen and tonumber(seen) < before then dropped = dropped + redis.call('ZREM', lastSeen, ARGV[at]) end
end
return dropped
