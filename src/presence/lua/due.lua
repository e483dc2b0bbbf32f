-- Tells whose leases are to be looked at now.
-- KEYS  watch, due
-- ARGV  settlingMs, gapMs, keptMs, how many at most
-- Reply userId, when it was due (ms), and so on; nobody while leases have not been watched for settlingMs
-- @include ./watch.lua

local watch, due = KEYS[1], KEYS[2]
local now = nowMs()

-- A key of a wrong type must fail here, before anything is written.
redis.call('ZCARD', due)

local _, watchedMs = watchedSince(watch, tonumber(ARGV[2]), ARGV[3], now)
if watchedMs < tonumber(ARGV[1]) then return {} end
return redis.call('ZRANGE', due, '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[4], 'WITHSCORES')
