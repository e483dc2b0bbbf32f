-- Spends one request from each window of an owner, all or none.
-- KEYS  window…
-- ARGV  per window: algorithm (fixed|sliding|gcra), limit, windowMs, member (of a sliding window)
-- Reply per window {allowed 0|1, remaining, ms until it resets or a slot frees, receipt|0 when nothing was spent}
-- @include ./windows.lua
return spendWindows(1, 1)
