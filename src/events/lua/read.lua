-- Reads what a topic holds after a position, and opens the topic if it is new. A reader that has seen more of an epoch
-- than Redis has (it came back with an older state) begins another epoch: the same seq would name two events.
-- KEYS  topic, stream
-- ARGV  epoch for a topic that begins, epoch known ('' if none), last seq seen in it (-1 if none), since
-- Reply {epoch, seq, entries after since, or all that are held when the epoch is not the one known}

-- @include ./topic.lua

local topic, stream = KEYS[1], KEYS[2]
local newEpoch, known, seen, since = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local epoch, seq = openTopic(topic, stream, newEpoch)
if epoch == known and seq < seen then epoch, seq = beginTopic(topic, stream, newEpoch) end
if known ~= '' and epoch ~= known then since = '0' end
if tonumber(since) >= seq then return { epoch, seq, {} } end
return { epoch, seq, redis.call('XRANGE', stream, '(' .. since .. '-0', '+') }
