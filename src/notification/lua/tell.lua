-- Appends an event to the topic of a user, once for its occasion.
-- KEYS  announced, topic, stream
-- ARGV  how long it is remembered in ms, new epoch, id of the event, its type, its data (JSON)
-- Reply 1, or 0 when it has been told before
-- @include ../../events/lua/topic.lua
local announced, topic, stream = KEYS[1], KEYS[2], KEYS[3]

-- A key of a wrong type must fail here, before anything is written.
redis.call('HLEN', topic)
redis.call('XLEN', stream)

if not redis.call('SET', announced, '1', 'NX', 'PX', ARGV[1]) then return 0 end
appendEvent(topic, stream, ARGV[2], ARGV[3], ARGV[4], ARGV[5])
return 1
