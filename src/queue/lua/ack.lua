-- Removes jobs that are done, and notes them among the last that were. What the worker no longer holds (recovered,
-- flushed) is left to its new holder.
-- KEYS  active, completed, counts, job prefix
-- ARGV  how many are noted (0 none: the job was removed), for how long in ms, data of more bytes is not noted, id, id, …
-- Reply how many were removed
-- @include ../../redis/lua/now.lua

local active, completed, counts, prefix = unpack(KEYS)
local keep, keepMs, dataBytes = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local now, removed = nowMs(), 0

local function note(id, job)
  local data, attempts, enqueuedAt = unpack(redis.call('HMGET', job, 'data', 'attempts', 'enqueuedAt'))
  if not data then return end
  redis.call('XADD', completed, 'MAXLEN', '~', keep, '*', 'id', id, 'data', #data <= dataBytes and data or 'null',
    'attempts', attempts or 0, 'enqueuedAt', enqueuedAt or now, 'completedAt', now)
end

for at = 4, #ARGV do
  local id, job = ARGV[at], prefix .. ARGV[at]
  if redis.call('LREM', active, 0, id) > 0 then
    if keep > 0 then note(id, job) end
    removed = removed + redis.call('DEL', job)
  end
end
if removed > 0 and keep > 0 then
  redis.call('HINCRBY', counts, 'completed', removed)
  redis.call('PEXPIRE', completed, keepMs)
end
return removed
