-- Writes a profile as PostgreSQL has it, unless the hash already holds a later one; activity never goes back.
-- KEYS  profile
-- ARGV  seq, lastActiveAt (ms), ttlMs, then field, value…
-- Reply the hash afterwards: field, value…
local profile = KEYS[1]
local held, activeAt = unpack(redis.call('HMGET', profile, 'seq', 'lastActiveAt'))
if not held or tonumber(ARGV[1]) >= tonumber(held) then
  local newest = math.max(tonumber(ARGV[2]), tonumber(activeAt or '0'))
  redis.call('HSET', profile, 'seq', ARGV[1], 'lastActiveAt', string.format('%.0f', newest), unpack(ARGV, 4))
  redis.call('PEXPIRE', profile, ARGV[3])
end
return redis.call('HGETALL', profile)
