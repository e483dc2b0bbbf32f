-- Counts the jobs of a queue by state, and tells for how long the oldest at the front has waited.
-- KEYS  waiting: high, normal, low; delayed, failed, workers, paused, counts, active prefix, job prefix
-- ARGV  none
-- Reply [waiting, active, delayed, failed, completed so far, failed so far, paused 0|1, ms or -1]
-- @include ../../redis/lua/now.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local delayed, failed, workers, paused, counts = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local activePrefix, prefix = KEYS[9], KEYS[10]

local waiting, oldestMs, now = 0, -1, nowMs()
for _, list in ipairs(lists) do
  waiting = waiting + redis.call('LLEN', list)
  local front = redis.call('LINDEX', list, -1)
  local since = front and redis.call('HGET', prefix .. front, 'enqueuedAt')
  if since then oldestMs = math.max(oldestMs, now - since) end
end

local active = 0
for _, workerId in ipairs(redis.call('ZRANGE', workers, 0, -1)) do
  active = active + redis.call('LLEN', activePrefix .. workerId)
end

local done = redis.call('HMGET', counts, 'completed', 'failed')
return {
  waiting, active, redis.call('ZCARD', delayed), redis.call('ZCARD', failed),
  tonumber(done[1] or 0), tonumber(done[2] or 0), redis.call('EXISTS', paused), oldestMs,
}
