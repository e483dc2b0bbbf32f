-- Takes out those of the users who still were not seen for so long; who was seen meanwhile stays.
-- KEYS  last-seen
-- ARGV  how long in ms, then userIds
-- Reply how many were taken out
-- @include ../../redis/lua/now.lua

local lastSeen = KEYS[1]
local before = nowMs() - ARGV[1]
if #ARGV < 2 then return 0 end

local unseen = {}
for nth, seen in ipairs(redis.call('ZMSCORE', lastSeen, unpack(ARGV, 2))) do
  if seen and tonumber(seen) < before then unseen[#unseen + 1] = ARGV[nth + 1] end
end
return #unseen > 0 and redis.call('ZREM', lastSeen, unpack(unseen)) or 0
