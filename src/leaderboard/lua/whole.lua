-- Whether a board may be believed. Included by the scripts that read one. A board that is kept for a while is kept on by
-- being read; nobody looks after it between two reads, so it must have been built in the very Redis that answers.
-- @include ../../redis/lua/run-id.lua

local function isWhole(standings, hidden, ready, keptMs)
  local marker = redis.call('GET', ready)
  if not marker then return false end
  if keptMs == 0 then return true end
  if marker ~= runId() then return false end
  redis.call('PEXPIRE', ready, keptMs)
  for _, key in ipairs({ standings, hidden }) do redis.call('PEXPIRE', key, 2 * keptMs) end
  return true
end
