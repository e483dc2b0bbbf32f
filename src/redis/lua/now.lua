-- Microseconds by the clock of Redis, so that nodes with wrong clocks agree.
local function nowUs()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- Milliseconds by the same clock.
local function nowMs()
  return math.floor(nowUs() / 1000)
end
