-- Why a job failed, each time: the last ten, as JSON. Included by the scripts that put a failed job aside.
local HISTORY_LENGTH = 10

local function noteFailure(job, at, failure)
  local held = redis.call('HGET', job, 'history')
  local history = held and cjson.decode(held) or {}
  table.insert(history, { at = at, error = failure })
  if #history > HISTORY_LENGTH then table.remove(history, 1) end
  redis.call('HSET', job, 'error', failure, 'history', cjson.encode(history))
end
