-- Makes a set of top users whole, at one moment: what PostgreSQL has, and what is not there yet. Only if nothing was added
-- to PostgreSQL since before it was read, and the caller still holds the lock, which a flush takes away.
-- KEYS  building, half, top, pending, saving, saved
-- ARGV  token, id of what had been added last ('' none), deed, first day, the day after the last ('' for all days),
--       the most that may be pending, for how long it is kept (ms)
-- Reply 1, or 0 when it must be done again
local building, half, top, pending, saving, saved = unpack(KEYS)
local token, savedId, deed, from, before, most, keptMs = unpack(ARGV)
if redis.call('GET', building) ~= token then return 0 end
if redis.call('EXISTS', saving) == 1 or (redis.call('GET', saved) or '') ~= savedId then return 0 end
if redis.call('EXISTS', half) == 0 or redis.call('HLEN', pending) > tonumber(most) then return 0 end

local fields = redis.call('HGETALL', pending)
for i = 1, #fields, 2 do
  local userId, day, done = string.match(fields[i], '^(.-)|(.-)|(.+)$')
  if done == deed and (before == '' or (day >= from and day < before)) then
    redis.call('ZINCRBY', half, fields[i + 1], userId)
  end
end
redis.call('RENAME', half, top)
redis.call('PEXPIRE', top, keptMs)
return 1
