-- Records a batch of what people did, once however often it is sent: a process numbers its batches, and sends one again
-- when it did not hear the reply. Where the last number is gone then, Redis was emptied since: whether the batch had been
-- recorded, and saved, nobody can tell, so it is let go of rather than counted twice.
-- KEYS  last number of the process, pending, changed, then as many HyperLogLogs as the batch has sketches, then the sets
--       of top users that its counts are of
-- ARGV  batch: JSON {number, isRepeat, pendingId, keptMs, numberKeptMs, most,
--         sketches: [{name, members: [...]}], in the order of their keys
--         counts: [{userId, field, times, sets: [places of its sets among KEYS]}]}
-- Reply {time of Redis (ms), how many counts found no room in pending}
-- @include ../../redis/lua/now.lua

local numberKey, pending, changed = KEYS[1], KEYS[2], KEYS[3]
local batch = cjson.decode(ARGV[1])
local last = redis.call('GET', numberKey)
if (last and tonumber(last) >= batch.number) or (not last and batch.isRepeat) then return { nowMs(), 0 } end
-- A key of a wrong type must fail here, before anything is written.
local room = batch.most - redis.call('HLEN', pending)
redis.call('ZCARD', changed)

redis.call('SET', numberKey, batch.number, 'PX', batch.numberKeptMs)
for i, sketch in ipairs(batch.sketches) do
  if redis.call('PFADD', KEYS[3 + i], unpack(sketch.members)) == 1 then
    redis.call('PEXPIRE', KEYS[3 + i], batch.keptMs)
    redis.call('ZINCRBY', changed, 1, sketch.name)
    redis.call('PEXPIRE', changed, batch.keptMs)
  end
end

local dropped = 0
local whole = {}
for i = 4 + #batch.sketches, #KEYS do
  whole[i] = redis.call('EXISTS', KEYS[i]) == 1
end
if #batch.counts > 0 then redis.call('HSETNX', pending, 'id', batch.pendingId) end
for _, count in ipairs(batch.counts) do
  if room > 0 or redis.call('HEXISTS', pending, count.field) == 1 then
    if redis.call('HINCRBY', pending, count.field, count.times) == count.times then room = room - 1 end
    for _, i in ipairs(count.sets) do
      if whole[i] then redis.call('ZINCRBY', KEYS[i], count.times, count.userId) end
    end
  else
    dropped = dropped + count.times
  end
end
redis.call('PEXPIRE', pending, batch.keptMs)
return { nowMs(), dropped }
