-- Where jobs wait: one list a priority, each taken from its right end; and the bell that workers listen to. Included by
-- the scripts that move jobs.

local HIGH, NORMAL, LOW = 1, 2, 3

-- The list of a job, among {high, normal, low}.
local function listOf(lists, job)
  local priority = redis.call('HGET', job, 'priority')
  return lists[priority == 'high' and HIGH or priority == 'low' and LOW or NORMAL]
end

-- Wakes as many workers as there are jobs, and no more than there are workers. It carries nothing: a bell that is not
-- heard costs a worker the second after which it looks by itself.
local function ring(bell, workers, count)
  local room = math.max(1, redis.call('ZCARD', workers)) - redis.call('LLEN', bell)
  for _ = 1, math.min(count, room) do redis.call('LPUSH', bell, 1) end
  if redis.call('EXISTS', bell) == 1 then redis.call('PEXPIRE', bell, 60000) end
end

-- Puts what a worker holds back to the front, the oldest foremost, and tells how many there were; `each` sees every job.
local function giveBack(lists, active, prefix, each)
  local count = 0
  local id = redis.call('LPOP', active)
  while id do
    local job = prefix .. id
    each(job)
    redis.call('RPUSH', listOf(lists, job), id)
    count = count + 1
    id = redis.call('LPOP', active)
  end
  return count
end
