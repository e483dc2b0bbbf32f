-- Renews the worker's lease, moves waiting jobs until it holds `batchSize`, and tells all that it holds: a job whose reply
-- was lost is in the next one. While the queue is paused, the worker gives back what it holds. Ids without a job (done
-- already, or pushed twice) are dropped.
-- KEYS  waiting: high, normal, low; active, workers, paused, counts, job prefix
-- ARGV  workerId, leaseMs, batchSize
-- Reply [[id, data, attempts, crashes, outages, alone, removed, revived, error, enqueuedAt, priority, givenUp], …], oldest
--       first; what is not set is nil
-- @include ../../redis/lua/now.lua
-- @include ./job-ttl.lua
-- @include ./lease.lua
-- @include ./lists.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local active, workers, paused, counts, prefix = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]

-- Whose turn it is where several wait: most often the high ones', and the low ones' for one job in thirteen.
local TURNS = { HIGH, HIGH, NORMAL, HIGH, HIGH, NORMAL, HIGH, HIGH, NORMAL, HIGH, HIGH, NORMAL, LOW }

-- The lease comes first: jobs in a list that no lease stands for would never be recovered.
renewLease(workers, ARGV[1], nowMs(), ARGV[2])
if redis.call('EXISTS', paused) == 1 then
  giveBack(lists, active, prefix, function(job) redis.call('HDEL', job, 'risky') end)
  return {}
end

local waiting = {}
for at, list in ipairs(lists) do waiting[at] = redis.call('LLEN', list) end

local function nextList()
  local full = {}
  for at, count in ipairs(waiting) do
    if count > 0 then full[#full + 1] = at end
  end
  if #full < 2 then return full[1] end
  local turn = TURNS[redis.call('HINCRBY', counts, 'turns', 1) % #TURNS + 1]
  return waiting[turn] > 0 and turn or full[1]
end

for _ = redis.call('LLEN', active) + 1, tonumber(ARGV[3]) do
  local at = nextList()
  if not at then break end
  waiting[at] = waiting[at] - 1
  redis.call('LMOVE', lists[at], active, 'RIGHT', 'LEFT')
end

local held, seen = {}, {}
local ids = redis.call('LRANGE', active, 0, -1)
for at = #ids, 1, -1 do
  local id = ids[at]
  if not seen[id] then
    seen[id] = true
    local job = redis.pcall('HMGET', prefix .. id,
      'data', 'attempts', 'crashes', 'outages', 'alone', 'removed', 'revived', 'error', 'enqueuedAt', 'priority',
      'givenUp')
    if job.err or not job[1] then
      redis.call('LREM', active, 0, id)
    else
      keepFor(prefix .. id, JOB_TTL_MS)
      table.insert(job, 1, id)
      table.insert(held, job)
    end
  end
end
return held
