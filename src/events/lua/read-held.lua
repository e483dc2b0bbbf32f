-- Reads what Redis holds of a topic whose events PostgreSQL has numbered.
-- KEYS  topic, stream
-- ARGV  since, how many at most
-- Reply {seq, entries after since}; seq -1 when Redis does not know the topic
local seq = tonumber(redis.call('HGET', KEYS[1], 'seq'))
if not seq then return { -1, {} } end
if tonumber(ARGV[1]) >= seq then return { seq, {} } end
return { seq, redis.call('XRANGE', KEYS[2], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2]) }
