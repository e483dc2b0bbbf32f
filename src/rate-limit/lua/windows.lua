-- Limits over the keys of one owner. A window is four arguments: kind, limit, windowMs, member.
-- kind 'fixed': a counter that starts with the first request and ends windowMs later.
-- kind 'sliding': a Sorted Set, member the request, score its time in ms by Redis's clock. A member that is in the
-- window is admitted again without spending, so a request sent twice costs one slot. Refused ones leave no trace.
-- @include ../../redis/lua/now.lua

local WINDOW_ARGUMENTS = 4

-- Reads a fixed window: {allowed, remaining after this request, ms until it ends}.
local function lookFixed(key, limit, windowMs)
  local used = tonumber(redis.call('GET', key) or '0')
  local leftMs = redis.call('PTTL', key)
  if leftMs < 0 then leftMs = windowMs end
  return { allowed = used < limit, remaining = math.max(0, limit - used - 1), resetMs = leftMs, spends = true }
end

-- Reads a sliding window: {allowed, remaining after this request, ms until a slot frees}. A slot frees when the
-- oldest of the newest `limit` entries leaves.
local function lookSliding(key, limit, windowMs, member, now)
  local from = '(' .. string.format('%.0f', now - windowMs)
  local used = redis.call('ZCOUNT', key, from, '+inf')
  local entered = redis.call('ZSCORE', key, member)
  local known = entered and tonumber(entered) > now - windowMs
  local allowed = known or used < limit
  local remaining = math.max(0, limit - used - (known and 0 or 1))
  local first = redis.call('ZRANGE', key, from, '+inf', 'BYSCORE', 'LIMIT', math.max(0, used - limit), 1, 'WITHSCORES')
  local resetMs = windowMs
  if first[2] then resetMs = tonumber(first[2]) + windowMs - now end
  return { allowed = allowed, remaining = remaining, resetMs = resetMs, spends = not known }
end

local function spendFixed(key, windowMs)
  redis.call('INCR', key)
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, windowMs) end
end

local function spendSliding(key, windowMs, member, now)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - windowMs)
  redis.call('ZADD', key, now, member)
  redis.call('PEXPIRE', key, windowMs)
end

-- Spends one from every window, or from none when one refuses. Windows are KEYS from firstKey on, their arguments
-- ARGV from firstArgument on. Returns per window {allowed 0|1, remaining, ms until it resets or a slot frees}.
local function spendWindows(firstKey, firstArgument, now)
  local looks, allAllowed = {}, true
  for i = firstKey, #KEYS do
    local at = firstArgument + (i - firstKey) * WINDOW_ARGUMENTS
    local limit, windowMs = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local look
    if ARGV[at] == 'sliding' then
      look = lookSliding(KEYS[i], limit, windowMs, ARGV[at + 3], now)
    else
      look = lookFixed(KEYS[i], limit, windowMs)
    end
    allAllowed = allAllowed and look.allowed
    looks[#looks + 1] = look
  end
  local replies = {}
  for n, look in ipairs(looks) do
    local at = firstArgument + (n - 1) * WINDOW_ARGUMENTS
    local key, windowMs = KEYS[firstKey + n - 1], tonumber(ARGV[at + 2])
    if allAllowed and look.spends then
      if ARGV[at] == 'sliding' then spendSliding(key, windowMs, ARGV[at + 3], now) else spendFixed(key, windowMs) end
    end
    replies[n] = { look.allowed and 1 or 0, look.remaining, look.resetMs }
  end
  return replies
end
