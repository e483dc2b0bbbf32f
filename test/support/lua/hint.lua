-- Hints that a topic changed, as scripts of features do.
-- KEYS  stream
-- ARGV  id, type
-- Reply nothing

-- @include ../../../src/events/lua/topic.lua

hint(KEYS[1], ARGV[1], ARGV[2])
