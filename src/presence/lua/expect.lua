-- Sees to it that users will be looked at when their leases end. Before the leases are written: whoever dies between the
-- two leaves a look too many, not one too few. Without users it only tells since when leases have been watched.
-- KEYS  watch, due
-- ARGV  leaseMs, settlingMs, gapMs, keptMs, then userIds
-- Reply {since when leases have been watched (ms), for how long that is}
-- @include ./watch.lua

local watch, due = KEYS[1], KEYS[2]
local leaseMs, settlingMs, gapMs, keptMs = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local now = nowMs()

-- A key of a wrong type must fail here, before anything is written.
redis.call('ZCARD', due)

local began, watchedMs = watchedSince(watch, gapMs, keptMs, now)
-- While leases settle, those that end live for so long only.
local look = now + leaseMs
if watchedMs < settlingMs then look = math.min(look, began + settlingMs) end

for i = 5, #ARGV do
  -- A look that is planned sooner stays, for leases that end before these. One that is due may be under way, and about to
  -- find that there are no leases: moved, it is not forgotten afterwards.
  local planned = tonumber(redis.call('ZSCORE', due, ARGV[i]) or look + 1)
  if planned > look then
    redis.call('ZADD', due, look, ARGV[i])
  elseif planned <= now then
    redis.call('ZADD', due, now + 1, ARGV[i])
  end
end
if #ARGV > 4 then redis.call('PEXPIRE', due, keptMs) end
return { began, watchedMs }
