-- Lets a code be asked for: at most once in an interval and so often in a window. A refusal leaves no trace; an order
-- that was let through is let through again without counting twice.
-- KEYS  asked
-- ARGV  order, intervalMs, limit, windowMs
-- Reply 0 when it may be asked for | ms until it may
-- @include ../../../redis/lua/now.lua
local asked = KEYS[1]
local order, intervalMs, limit, windowMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = nowMs()
local from = '(' .. string.format('%.0f', now - windowMs)

if redis.call('ZSCORE', asked, order) then return 0 end
local held = redis.call('ZRANGE', asked, from, '+inf', 'BYSCORE', 'WITHSCORES')
local count = #held / 2
local waitMs = 0
if count > 0 then waitMs = tonumber(held[#held]) + intervalMs - now end
if count >= limit then
  local freeing = tonumber(held[(count - limit) * 2 + 2])
  waitMs = math.max(waitMs, freeing + windowMs - now)
end
if waitMs > 0 then return waitMs end

redis.call('ZREMRANGEBYSCORE', asked, '-inf', now - windowMs)
redis.call('ZADD', asked, now, order)
redis.call('PEXPIRE', asked, windowMs)
return 0
