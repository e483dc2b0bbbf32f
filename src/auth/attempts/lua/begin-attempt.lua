-- Begins a check of a password, or refuses it before anything is compared. So many may be under way at once as failures
-- are left before the first delay, and one after that; a refused attempt leaves no trace and makes no delay longer.
-- KEYS  attempts
-- ARGV  counter, attemptId, underWayMs, then the policy as in attempt-state.lua
-- Reply {begun, 0} | {busy, 0} | {locked, ms left}
-- @include ./attempt-state.lua
local attempts, counter, attemptId = KEYS[1], ARGV[1], ARGV[2]
local policy = readPolicy(4)
local now = nowMs()
local state = loadState(attempts, counter, policy, now)

if state.lockedUntil > now then return { 'locked', state.lockedUntil - now } end
local underWay = 0
for _ in pairs(state.underWay) do underWay = underWay + 1 end
if underWay >= math.max(1, policy.free - state.failures) then return { 'busy', 0 } end

state.underWay[attemptId] = now + tonumber(ARGV[3])
saveState(attempts, counter, state, policy)
return { 'begun', 0 }
