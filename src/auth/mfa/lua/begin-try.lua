-- Counts a try at a second factor before it is compared, so that tries side by side cannot pass the bound together.
-- The hour is a rolling one. A refused try is not counted.
-- KEYS  tries, ticket (none where there is no ticket)
-- ARGV  tryId, triesAnHour, hourMs, triesATicket, ticketMs
-- Reply {begun, tries in this hour} | {spent} | {locked, ms until the oldest try leaves the hour}
-- @include ../../../redis/lua/now.lua
local tries, ticket = KEYS[1], KEYS[2]
local perHour, hourMs = tonumber(ARGV[2]), tonumber(ARGV[3])
local now = nowMs()

if ticket then
  local used = redis.call('GET', ticket) or '0'
  if used == 'used' or tonumber(used) >= tonumber(ARGV[4]) then return { 'spent' } end
end
local from = '(' .. string.format('%.0f', now - hourMs)
local before = redis.call('ZCOUNT', tries, from, '+inf')
if before >= perHour then
  local first = redis.call('ZRANGE', tries, from, '+inf', 'BYSCORE', 'LIMIT', before - perHour, 1, 'WITHSCORES')
  return { 'locked', tonumber(first[2]) + hourMs - now }
end

redis.call('ZREMRANGEBYSCORE', tries, '-inf', now - hourMs)
redis.call('ZADD', tries, now, ARGV[1])
redis.call('PEXPIRE', tries, hourMs)
if ticket then
  redis.call('INCR', ticket)
  redis.call('PEXPIRE', ticket, ARGV[5], 'NX')
end
return { 'begun', before + 1 }
