-- Appends events that PostgreSQL has numbered, each only if it is the very next one; those that the topic has are passed
-- over. A topic that Redis does not hold begins where the caller says.
-- KEYS  topic, stream
-- ARGV  epoch, the seq before which a topic begins that is not held, 1 to forget all earlier entries or 0, how many entries
--       are outdated, their seqs, then per event: seq, id, type, ts (ms), data (JSON)
-- Reply the last seq of the topic: less than that before the first event says that some are missing in between
-- @include ./topic.lua

local topic, stream = KEYS[1], KEYS[2]
local epoch, base, forget, outdated = ARGV[1], ARGV[2], ARGV[3] == '1', tonumber(ARGV[4])
local FIRST, WIDTH = 5 + outdated, 5

-- A key of a wrong type must fail here, before anything is written.
redis.call('XLEN', stream)

local held = tonumber(redis.call('HGET', topic, 'seq'))
if not held then
  redis.call('DEL', stream)
  redis.call('HSET', topic, 'epoch', epoch, 'seq', base)
  redis.call('PEXPIRE', topic, TOPIC_TTL_MS)
  held = tonumber(base)
end

if forget then redis.call('XTRIM', stream, 'MAXLEN', 0) end
for at = FIRST, #ARGV, WIDTH do
  local seq, id, kind, ts, data = unpack(ARGV, at, at + WIDTH - 1)
  if tonumber(seq) == held + 1 then
    held = held + 1
    storeEvent(topic, stream, epoch, held, id, kind, ts, data)
  end
end
for at = 5, FIRST - 1 do redis.call('XDEL', stream, ARGV[at] .. '-0') end
return held
