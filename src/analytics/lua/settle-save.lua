-- Lets go of what was added to PostgreSQL, if it is still that which is set apart.
-- KEYS  saving, saved
-- ARGV  its id, for how long the id is kept (ms)
-- Reply 1, or 0 when it was settled before
local saving, saved = KEYS[1], KEYS[2]
if redis.call('HGET', saving, 'id') ~= ARGV[1] then return 0 end
redis.call('UNLINK', saving)
redis.call('SET', saved, ARGV[1], 'PX', ARGV[2])
return 1
