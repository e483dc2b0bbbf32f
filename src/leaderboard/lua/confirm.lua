-- Tells whether the board is whole in the Redis that answers, and of one that is always kept notes when.
-- KEYS  ready, seen
-- ARGV  how long the board is kept in ms (0 for ever)
-- Reply 1 whole, or 0
-- @include ../../redis/lua/run-id.lua
-- @include ../../redis/lua/now.lua
-- @include ./note-whole.lua

local ready, seen = unpack(KEYS)
if redis.call('GET', ready) ~= runId() then return 0 end
if tonumber(ARGV[1]) == 0 then noteWhole(seen) end
return 1
