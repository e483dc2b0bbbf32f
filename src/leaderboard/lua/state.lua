-- Tells whether the board is whole: its marker names the run of Redis in which it was last known to be.
-- KEYS  ready
-- ARGV  none
-- Reply {marker or false, run_id of this Redis}
-- @include ../../redis/lua/run-id.lua
return { redis.call('GET', KEYS[1]), runId() }
