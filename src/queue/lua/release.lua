-- Returns what a worker that stops still holds to the front of the queue, unflagged, and ends its lease.
-- KEYS  workers, waiting, active, job prefix
-- ARGV  workerId
-- Reply how many were returned
local workers, waiting, active, prefix = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local count = 0

local id = redis.call('LMOVE', active, waiting, 'LEFT', 'RIGHT')
while id do
  redis.call('HDEL', prefix .. id, 'risky')
  count = count + 1
  id = redis.call('LMOVE', active, waiting, 'LEFT', 'RIGHT')
end
redis.call('ZREM', workers, ARGV[1])
return count
