-- Renews and ends leases of a user's connections, and lets go of those that have run out. When the user's status is
-- another than was told last, it tells the topic: so whoever comes first, goes last, or finds that the last lease has run
-- out tells it, once.
-- KEYS  leases that are online, leases that are away, presence, channel
-- ARGV  userId, leaseMs, keptMs, eventId, then for each connection: its id, its status, for how long it lives from now on
--       in ms (0: it ends)
-- Reply {status, lastSeenAt (ms, '' when unknown), when the next lease ends (ms, '' when there is none), told 0|1}
-- @include ../../events/lua/topic.lua
-- @include ./iso-time.lua

local online, away, presence, channel = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local userId, leaseMs, keptMs, eventId = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now = nowMs()

local told, lastSeenAt = unpack(redis.call('HMGET', presence, 'status', 'lastSeenAt'))
told = told or 'offline'
-- A key of a wrong type must fail here, before anything is written.
redis.call('ZCARD', online)
redis.call('ZCARD', away)

for _, leases in ipairs({ online, away }) do
  redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)
end

local seen = false
for i = 5, #ARGV, 3 do
  local connection, status, forMs = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local leases, others = online, away
  if status == 'away' then leases, others = away, online end
  if forMs > 0 then
    redis.call('ZADD', leases, now + forMs, connection)
    redis.call('PEXPIRE', leases, leaseMs)
    redis.call('ZREM', others, connection)
    seen = true
  elseif redis.call('ZREM', leases, connection) + redis.call('ZREM', others, connection) > 0 then
    seen = true
  end
end

local status = 'offline'
if redis.call('ZCARD', away) > 0 then status = 'away' end
if redis.call('ZCARD', online) > 0 then status = 'online' end

if seen then lastSeenAt = now end
if seen or status ~= told then
  redis.call('HSET', presence, 'status', status, 'lastSeenAt', lastSeenAt)
  redis.call('PEXPIRE', presence, keptMs)
end
if status ~= told then
  local data = string.format('{"userId":"%s","status":"%s","lastSeenAt":"%s"}', userId, status, isoTime(lastSeenAt))
  tellNow(channel, eventId, 'presence.changed', data)
end

local nextEnd = ''
for _, leases in ipairs({ online, away }) do
  local ending = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2]
  if ending and (nextEnd == '' or tonumber(ending) < nextEnd) then nextEnd = tonumber(ending) end
end
return { status, lastSeenAt or '', nextEnd, status ~= told and 1 or 0 }
