-- Generic cell rate algorithm (ITU-T I.371): one string, the theoretical arrival time in µs. The limit may be spent at
-- once and comes back evenly, a slot every windowMs / limit. The receipt is the arrival time that was stored.
local gcra = {}

-- µs in which a slot comes back; rounded up, so never faster than configured.
local function intervalOf(window)
  return math.ceil(window.windowMs * 1000 / window.limit)
end

-- µs until all slots are back. More than all cannot be spent: a clock that was set back, or a limit that was lowered.
local function aheadOf(window, now)
  local arrival = tonumber(redis.call('GET', window.key) or '0')
  return math.min(math.max(arrival - now, 0), window.limit * intervalOf(window))
end

local function store(window, now, ahead)
  local arrival = string.format('%.0f', now + ahead)
  redis.call('SET', window.key, arrival, 'PX', math.ceil(ahead / 1000))
end

function gcra.look(window, now)
  local interval, ahead = intervalOf(window), aheadOf(window, now)
  local untilNext = ahead % interval
  if untilNext == 0 then untilNext = interval end
  return { used = math.ceil(ahead / interval), resetMs = math.ceil(untilNext / 1000) }
end

function gcra.spend(window, now)
  local ahead = aheadOf(window, now) + intervalOf(window)
  store(window, now, ahead)
  return now + ahead
end

-- Once its arrival time is over, a slot has come back by itself.
function gcra.giveBack(window, now, receipt)
  if now >= receipt then return end
  local ahead = aheadOf(window, now) - intervalOf(window)
  if ahead > 0 then store(window, now, ahead) else redis.call('DEL', window.key) end
end
