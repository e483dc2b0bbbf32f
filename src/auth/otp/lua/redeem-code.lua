-- Takes a guess at a code. The guess is counted before anything is compared, so that however many come at once, no
-- more than allowed are looked at: so many a code, and so many a window at all codes of the owner together. The right
-- one and the last wrong one remove the code. Where there is no code there is nothing to guess, and nothing is kept.
-- KEYS  code, guesses
-- ARGV  hash of the guess, a name for it, limit a code, limit a window, windowMs
-- Reply the holder | nil
-- @include ../../../redis/lua/now.lua
local code, guesses = KEYS[1], KEYS[2]
local codeLimit, windowLimit, windowMs = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local now = nowMs()

local hash, holder = unpack(redis.call('HMGET', code, 'hash', 'holder'))
local recent = redis.call('ZCOUNT', guesses, '(' .. string.format('%.0f', now - windowMs), '+inf')
if not hash or recent >= windowLimit then return false end

redis.call('ZREMRANGEBYSCORE', guesses, '-inf', now - windowMs)
redis.call('ZADD', guesses, now, ARGV[2])
redis.call('PEXPIRE', guesses, windowMs)
local used = redis.call('HINCRBY', code, 'guesses', 1)
local right = used <= codeLimit and hash == ARGV[1]
if right or used >= codeLimit then redis.call('DEL', code) end
return right and holder
