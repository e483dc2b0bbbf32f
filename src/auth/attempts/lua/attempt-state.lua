-- The attempts on an account: a Hash, a field per counter (strangers, or one known device) that holds JSON:
-- failures, failedAt and lockedUntil (ms), underWay (attemptId → the ms at which it counts as failed).
-- Policy, as arguments: failures before the first delay, the first delay and the longest (ms), how long a count is kept.
-- @include ../../../redis/lua/now.lua

local function readPolicy(from)
  return {
    free = tonumber(ARGV[from]),
    firstMs = tonumber(ARGV[from + 1]),
    longestMs = tonumber(ARGV[from + 2]),
    keepMs = tonumber(ARGV[from + 3]),
  }
end

-- Counts a failure; the one that reaches the limit, and every one after it, starts a delay twice as long as the last.
local function countFailure(state, policy, now)
  state.failures = state.failures + 1
  state.failedAt = now
  if state.failures < policy.free then return 0 end
  local delayMs = math.min(policy.firstMs * 2 ^ (state.failures - policy.free), policy.longestMs)
  state.lockedUntil = now + delayMs
  return delayMs
end

-- An attempt whose process died before it told how it went counts as failed.
local function loadState(attempts, counter, policy, now)
  local json = redis.call('HGET', attempts, counter)
  local state = json and cjson.decode(json) or { failures = 0, failedAt = now, lockedUntil = 0, underWay = {} }
  if state.failedAt + policy.keepMs < now then state.failures = 0 end
  for id, deadline in pairs(state.underWay) do
    if deadline <= now then
      state.underWay[id] = nil
      countFailure(state, policy, now)
    end
  end
  return state
end

local function saveState(attempts, counter, state, policy)
  if state.failures == 0 and next(state.underWay) == nil then
    redis.call('HDEL', attempts, counter)
    return
  end
  redis.call('HSET', attempts, counter, cjson.encode(state))
  redis.call('PEXPIRE', attempts, policy.keepMs)
end
