-- Looks at windows of an owner and spends nothing.
-- KEYS  window…
-- ARGV  per window as for spend.lua
-- Reply per window {used, ms until it resets or a slot frees; -1 when nothing is used}, then the time in ms
-- @include ./windows.lua
local now = nowUs()
local replies = {}
for i = 1, #KEYS do
  local window = windowAt(i, (i - 1) * WINDOW_ARGUMENTS + 1)
  local look = window.algorithm.look(window, now)
  replies[i] = { look.used, look.used > 0 and look.resetMs or -1 }
end
replies[#KEYS + 1] = math.floor(now / 1000)
return replies
