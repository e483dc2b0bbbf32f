-- Sliding window, a Sorted Set: member the request, score its time in ms. Exact, and as large as its limit. A member
-- that is in the window is admitted again by the slot it has, so a request that is sent twice costs one. Its slot then
-- counts from now: else it would soon be free, though the request was only just admitted.
local sliding = {}

-- A slot frees when the oldest of the newest `limit` entries leaves.
function sliding.look(window, now)
  local nowMs = math.floor(now / 1000)
  local from = '(' .. string.format('%.0f', nowMs - window.windowMs)
  local used = redis.call('ZCOUNT', window.key, from, '+inf')
  local entered = redis.call('ZSCORE', window.key, window.member)
  local beyond = math.max(0, used - window.limit)
  local first = redis.call('ZRANGE', window.key, from, '+inf', 'BYSCORE', 'LIMIT', beyond, 1, 'WITHSCORES')[2]
  return {
    used = used,
    known = entered and tonumber(entered) > nowMs - window.windowMs,
    resetMs = first and tonumber(first) + window.windowMs - nowMs or window.windowMs,
  }
end

function sliding.spend(window, now)
  local nowMs = math.floor(now / 1000)
  redis.call('ZREMRANGEBYSCORE', window.key, '-inf', nowMs - window.windowMs)
  redis.call('ZADD', window.key, nowMs, window.member)
  redis.call('PEXPIRE', window.key, window.windowMs)
  return window.look.known and 0 or 1
end

function sliding.giveBack(window)
  redis.call('ZREM', window.key, window.member)
end
