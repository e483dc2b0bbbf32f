-- Gives back what was spent from windows of an owner, because a window of another owner refused. What has come back by
-- itself meanwhile is not given back twice.
-- KEYS  window…
-- ARGV  per window as for spend.lua, then per window its receipt
-- Reply nil
-- @include ./windows.lua
local now = nowUs()
for i = 1, #KEYS do
  local window = windowAt(i, (i - 1) * WINDOW_ARGUMENTS + 1)
  window.algorithm.giveBack(window, now, tonumber(ARGV[#KEYS * WINDOW_ARGUMENTS + i]))
end
return false
