-- Fixed window, INCR and PEXPIRE: a counter that begins with the first request and ends windowMs later. It admits up to
-- twice the limit in a rolling window. The receipt is when the window ends, which tells it from the next one.
local fixed = {}

function fixed.look(window)
  local leftMs = redis.call('PTTL', window.key)
  if leftMs < 0 then leftMs = window.windowMs end
  return { used = tonumber(redis.call('GET', window.key) or '0'), resetMs = leftMs }
end

function fixed.spend(window)
  redis.call('INCR', window.key)
  if redis.call('PTTL', window.key) < 0 then redis.call('PEXPIRE', window.key, window.windowMs) end
  return redis.call('PEXPIRETIME', window.key)
end

function fixed.giveBack(window, _, receipt)
  if redis.call('PEXPIRETIME', window.key) ~= receipt then return end
  if redis.call('DECR', window.key) < 1 then redis.call('DEL', window.key) end
end
