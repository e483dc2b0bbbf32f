-- Sets apart what is to be added to PostgreSQL, under the id that it was gathered with; what was set apart before and not
-- settled comes first.
-- KEYS  pending, saving
-- ARGV  none
-- Reply the id of what is set apart, or false when there is nothing
local pending, saving = KEYS[1], KEYS[2]
if redis.call('EXISTS', saving) == 0 then
  if redis.call('EXISTS', pending) == 0 then return false end
  redis.call('RENAME', pending, saving)
end
return redis.call('HGET', saving, 'id')
