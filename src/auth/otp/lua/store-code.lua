-- Stores a new code in place of the one before. A late order does not replace the code of a later one, whose mail
-- may have been read already.
-- KEYS  code
-- ARGV  hash, holder, order (sorts by time), ttlMs
-- Reply 1 stored | 0 a later order has one
local code = KEYS[1]
local held = redis.call('HGET', code, 'order')
if held and held > ARGV[3] then return 0 end
redis.call('DEL', code)
redis.call('HSET', code, 'hash', ARGV[1], 'holder', ARGV[2], 'order', ARGV[3], 'guesses', 0)
redis.call('PEXPIRE', code, ARGV[4])
return 1
