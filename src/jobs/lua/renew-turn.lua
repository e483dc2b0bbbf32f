-- Keeps a turn for longer while its work goes on.
-- KEYS  turn
-- ARGV  token, for how long from now in ms
-- Reply 1, or 0 when somebody else has it
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
