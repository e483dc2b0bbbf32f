-- For how long the leases in this Redis have been watched without a break. After one (it was emptied or restarted, or
-- nobody reached it for a while) leases are missing or have run out whose connections are well: until every process has
-- renewed its own, the absence of a lease means nothing.
-- @include ../../redis/lua/run-id.lua
-- @include ../../redis/lua/now.lua

-- Whoever calls has looked. Returns since when in ms, and for how long that is.
local function watchedSince(watch, gapMs, keptMs, now)
  local run, began, seen = unpack(redis.call('HMGET', watch, 'run', 'began', 'seen'))
  local isWhole = run == runId() and now - tonumber(seen) <= gapMs and now >= tonumber(began)
  if not isWhole then
    began = now
    redis.call('HSET', watch, 'run', runId(), 'began', now)
  end
  redis.call('HSET', watch, 'seen', now)
  redis.call('PEXPIRE', watch, keptMs)
  return tonumber(began), now - tonumber(began)
end
