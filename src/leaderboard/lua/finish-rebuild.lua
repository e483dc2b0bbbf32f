-- Declares the board whole, if the caller still holds the lock and Redis is the one in which it took it: a flush or a
-- restart in between would leave a hole.
-- KEYS  ready, seen, rebuild, stream
-- ARGV  token of the lock, run_id when it was taken, id of the hint ('' none), how long the board is kept in ms (0 for ever)
-- Reply 1, or 0 when it must be done again
-- @include ../../events/lua/topic.lua
-- @include ./note-whole.lua

local ready, seen, rebuild, stream = unpack(KEYS)
local token, run, hintId, keptMs = unpack(ARGV)
if redis.call('GET', rebuild) ~= token then return 0 end
redis.call('DEL', rebuild)
if runId() ~= run then return 0 end
redis.call('SET', ready, run)
if tonumber(keptMs) > 0 then redis.call('PEXPIRE', ready, keptMs) else noteWhole(seen) end
if hintId ~= '' then hint(stream, hintId, 'leaderboard.changed') end
return 1
