-- Notes that users were seen now; never earlier than they were seen before.
-- KEYS  last-seen
-- ARGV  how long it is kept from now in ms, then userIds
-- Reply none
-- @include ../../redis/lua/now.lua

local lastSeen = KEYS[1]
local now = string.format('%.0f', nowMs())
local entries = {}
for at = 2, #ARGV do
  entries[#entries + 1] = now
  entries[#entries + 1] = ARGV[at]
end
redis.call('ZADD', lastSeen, 'GT', unpack(entries))
redis.call('PEXPIRE', lastSeen, ARGV[1])
