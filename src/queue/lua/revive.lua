-- Puts jobs that were given up back into the queue, as if they had never been tried; what they failed of stays noted.
-- KEYS  waiting: high, normal, low; failed, workers, bell, job prefix
-- ARGV  for how long in ms they may wait for a worker: until then nothing else promises them; id, id, …
-- Reply how many were put back
-- @include ./lists.lua

local lists = { KEYS[1], KEYS[2], KEYS[3] }
local failed, workers, bell, prefix = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local count = 0

for at = 2, #ARGV do
  local id, job = ARGV[at], prefix .. ARGV[at]
  if redis.call('ZREM', failed, id) == 1 and redis.call('EXISTS', job) == 1 then
    redis.call('HSET', job, 'attempts', 0, 'crashes', 0, 'outages', 0, 'alone', 1, 'revived', 1)
    redis.call('HDEL', job, 'failedAt', 'givenUp')
    redis.call('PEXPIRE', job, ARGV[1])
    redis.call('LPUSH', listOf(lists, job), id)
    count = count + 1
  end
end
if count > 0 then ring(bell, workers, count) end
return count
