-- Ends a turn before its time.
-- KEYS  turn
-- ARGV  token
-- Reply 1, or 0 when somebody else has it
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
