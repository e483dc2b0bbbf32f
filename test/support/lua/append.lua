-- Appends one event to a topic, as scripts of features do.
-- KEYS  topic, stream
-- ARGV  epoch offered, event id, type, data (JSON)
-- Reply seq

-- @include ../../../src/events/lua/topic.lua

return appendEvent(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
