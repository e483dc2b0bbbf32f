-- Forgets of HyperLogLogs that they changed, if they did not change again since.
-- KEYS  changed
-- ARGV  for each: its name, how often it had changed when it was saved
-- Reply how many are saved as they are
local saved = 0
for i = 1, #ARGV, 2 do
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i])) == tonumber(ARGV[i + 1]) then
    saved = saved + redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return saved
