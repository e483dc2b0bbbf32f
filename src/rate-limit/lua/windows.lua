-- Limits over the keys of one owner, each by its algorithm. A window is four arguments: algorithm, limit, windowMs and
-- member, the request in a sliding one. Time is µs by the clock of Redis. Refused requests leave no trace.
-- An algorithm has look(window, now): {used, resetMs until a slot frees, known when the member has a slot already};
-- spend(window, now): a receipt, 0 when a slot was only moved; giveBack(window, now, receipt).
-- @include ../../redis/lua/now.lua
-- @include ./fixed.lua
-- @include ./sliding.lua
-- @include ./gcra.lua

local algorithms = { fixed = fixed, sliding = sliding, gcra = gcra }
local WINDOW_ARGUMENTS = 4

-- The window of KEYS[keyAt], whose arguments are ARGV from `at` on.
local function windowAt(keyAt, at)
  return {
    key = KEYS[keyAt],
    algorithm = algorithms[ARGV[at]],
    limit = tonumber(ARGV[at + 1]),
    windowMs = tonumber(ARGV[at + 2]),
    member = ARGV[at + 3],
  }
end

-- Spends one from every window, or from none when one refuses. Windows are KEYS from firstKey on, their arguments ARGV
-- from firstArgument on. Returns per window {allowed 0|1, remaining, ms until it resets or a slot frees, receipt|0}.
local function spendWindows(firstKey, firstArgument)
  local now = nowUs()
  local windows, allAllowed = {}, true
  for i = firstKey, #KEYS do
    local window = windowAt(i, firstArgument + (i - firstKey) * WINDOW_ARGUMENTS)
    window.look = window.algorithm.look(window, now)
    window.allowed = window.look.known or window.look.used < window.limit
    allAllowed = allAllowed and window.allowed
    windows[#windows + 1] = window
  end
  local replies = {}
  for i, window in ipairs(windows) do
    local look, receipt = window.look, 0
    if allAllowed then receipt = window.algorithm.spend(window, now) end
    if look.known then look = window.algorithm.look(window, now) end
    local remaining = math.max(0, window.limit - look.used - (look.known and 0 or 1))
    replies[i] = { window.allowed and 1 or 0, remaining, look.resetMs, receipt }
  end
  return replies
end
