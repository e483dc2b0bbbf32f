-- Tells whether the board is whole: its marker names the run of Redis in which it was last known to be.
-- KEYS  ready, seen
-- ARGV  none
-- Reply {marker or false, run_id of this Redis, now (ms), when it was last noted to be whole (ms) or false}
-- @include ../../redis/lua/run-id.lua
-- @include ../../redis/lua/now.lua

local ready, seen = unpack(KEYS)
return { redis.call('GET', ready), runId(), nowMs(), redis.call('GET', seen) }
