-- Tells how a check that had begun went: `failed` counts, `succeeded` clears the counter, `withdrawn` (nothing was
-- compared) does neither.
-- KEYS  attempts
-- ARGV  counter, attemptId, failed | succeeded | withdrawn, then the policy as in attempt-state.lua
-- Reply {failures so far, ms of the delay that begins with this one or 0}
-- @include ./attempt-state.lua
local attempts, counter, attemptId, outcome = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local policy = readPolicy(4)
local now = nowMs()
local state = loadState(attempts, counter, policy, now)

-- Not under way any more: it took so long that it was counted as failed meanwhile.
local counted = state.underWay[attemptId] == nil
state.underWay[attemptId] = nil
local delayMs = 0
if outcome == 'succeeded' then
  state.failures, state.lockedUntil = 0, 0
elseif outcome == 'failed' and not counted then
  delayMs = countFailure(state, policy, now)
end
saveState(attempts, counter, state, policy)
return { state.failures, delayMs }
