-- Appends to a topic: a capped Stream whose ids are <seq>-0, beside a Hash {epoch, seq, run}. Included by scripts whose
-- owner the topic shares, so that an event is written in the same step as what it tells.
-- @include ../../redis/lua/run-id.lua
-- @include ../../redis/lua/now.lua

local TOPIC_LENGTH = 1000
local TOPIC_TTL_MS = 7 * 24 * 3600 * 1000

local function topicTimeMs()
  return string.format('%.0f', nowMs())
end

local function beginTopic(topic, stream, newEpoch)
  redis.call('DEL', stream)
  redis.call('HSET', topic, 'epoch', newEpoch, 'seq', 0, 'run', runId())
  redis.call('PEXPIRE', topic, TOPIC_TTL_MS)
  return newEpoch, 0
end

-- The topic's epoch and seq; a topic that is new, or whose stream was lost, begins again under the epoch offered. So does
-- one of another run of Redis: its last events may be gone, and in its epoch the same seq would then name two events.
local function openTopic(topic, stream, newEpoch)
  local epoch, seq, run = unpack(redis.call('HMGET', topic, 'epoch', 'seq', 'run'))
  local isHeld = epoch and seq and run == runId() and (seq == '0' or redis.call('EXISTS', stream) == 1)
  if isHeld then return epoch, tonumber(seq) end
  return beginTopic(topic, stream, newEpoch)
end

-- Stores an event of a known number and tells the processes that follow the topic.
-- The notice is [id, type, epoch, seq, ts, data]; data stays text, since cjson would round numbers and turn [] into {}.
local function storeEvent(topic, stream, epoch, seq, id, kind, ts, data)
  redis.call('XADD', stream, 'MAXLEN', '~', TOPIC_LENGTH, seq .. '-0', 'id', id, 'type', kind, 'ts', ts, 'data', data)
  redis.call('HSET', topic, 'seq', seq)
  redis.call('PEXPIRE', topic, TOPIC_TTL_MS)
  redis.call('PEXPIRE', stream, TOPIC_TTL_MS)
  redis.call('PUBLISH', stream, cjson.encode({ id, kind, epoch, seq, ts, data }))
end

-- Appends one event. `id` is the event's own id, `data` is JSON.
local function appendEvent(topic, stream, newEpoch, id, kind, data)
  local epoch, seq = openTopic(topic, stream, newEpoch)
  storeEvent(topic, stream, epoch, seq + 1, id, kind, topicTimeMs(), data)
  return seq + 1
end

-- Tells who hears the topic now of an event that is not kept. The notice is [id, type, null, null, ts, data].
local function tellNow(stream, id, kind, data)
  redis.call('PUBLISH', stream, cjson.encode({ id, kind, cjson.null, cjson.null, topicTimeMs(), data }))
end

-- Tells the processes that follow the topic that something changed, and nothing more: each loads what its clients
-- shall see, as often as the topic's source allows. The notice is [id, type, null, null, ts, null].
local function hint(stream, id, kind)
  tellNow(stream, id, kind, cjson.null)
end
