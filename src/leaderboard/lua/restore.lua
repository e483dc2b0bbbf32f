-- Writes standings read from PostgreSQL, announcing nothing; for the rebuild only while it holds the lock, and without
-- a lock only where the board is built or being built.
-- KEYS  standings, fences, hidden, ready, rebuild
-- ARGV  token of the lock ('' none), how long the lock is kept from now in ms, how long the board is kept in ms (0 for
--       ever), then per entry: userId, score, seq, hidden 0|1
-- Reply how many were written, or -1 when the lock is lost
local standings, fences, hidden, ready, rebuild = unpack(KEYS)
local token, lockMs, keptMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local FIRST, WIDTH = 4, 4

for at = FIRST, #ARGV, WIDTH do
  if not (tonumber(ARGV[at + 1]) and tonumber(ARGV[at + 2]) and ARGV[at + 3]) then
    return redis.error_reply('ERR entry without score, seq or hidden')
  end
end

if token ~= '' then
  if redis.call('GET', rebuild) ~= token then return -1 end
  redis.call('PEXPIRE', rebuild, lockMs)
elseif redis.call('EXISTS', ready, rebuild) == 0 then
  return 0
end

local written = 0
for at = FIRST, #ARGV, WIDTH do
  local userId, score, seq, isHidden = unpack(ARGV, at, at + WIDTH - 1)
  local fence = redis.call('ZSCORE', fences, userId)
  if not (fence and tonumber(fence) > tonumber(seq)) then
    redis.call(isHidden == '1' and 'SADD' or 'SREM', hidden, userId)
    written = written + redis.call('ZADD', standings, 'GT', 'CH', score, userId)
  end
end
-- Longer than its marker, without which it is not read.
if keptMs > 0 then
  for _, key in ipairs({ standings, hidden }) do redis.call('PEXPIRE', key, 2 * keptMs) end
end
return written
