-- A time as scripts of presence write it.
-- KEYS  one of any kind, not touched
-- ARGV  ms
-- Reply text
-- @include ../../../src/presence/lua/iso-time.lua
return isoTime(tonumber(ARGV[1]))
