-- Counts the jobs of a queue by state.
-- KEYS  waiting, delayed, failed, workers, active prefix
-- ARGV  none
-- Reply [waiting, active, delayed, failed]
local active = 0
for _, workerId in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  active = active + redis.call('LLEN', KEYS[5] .. workerId)
end
return { redis.call('LLEN', KEYS[1]), active, redis.call('ZCARD', KEYS[2]), redis.call('ZCARD', KEYS[3]) }
