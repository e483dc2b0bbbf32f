-- Writes standings read from PostgreSQL, announcing nothing; for the rebuild only while it holds the lock.
-- KEYS  standings, fences, rebuild
-- ARGV  token of the lock ('' needs none), how long the lock is kept from now in ms, then per entry: userId, score, seq
-- Reply how many were written, or -1 when the lock is lost
local standings, fences, rebuild = unpack(KEYS)
local token, lockMs = ARGV[1], ARGV[2]

for at = 3, #ARGV, 3 do
  if not (tonumber(ARGV[at + 1]) and tonumber(ARGV[at + 2])) then
    return redis.error_reply('ERR entry without score or seq')
  end
end

if token ~= '' then
  if redis.call('GET', rebuild) ~= token then return -1 end
  redis.call('PEXPIRE', rebuild, lockMs)
end

local written = 0
for at = 3, #ARGV, 3 do
  local userId, score, seq = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local fence = redis.call('ZSCORE', fences, userId)
  if not (fence and tonumber(fence) > tonumber(seq)) then
    written = written + redis.call('ZADD', standings, 'GT', 'CH', score, userId)
  end
end
return written
