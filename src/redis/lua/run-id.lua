-- The run_id of the Redis that answers: another one means a restart, a fail-over or a restored backup, and with it that
-- the last writes may be gone.
local function runId()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end
