-- Has a board built anew, in place: its marker names no run of Redis any more, and whoever looks next builds it.
-- KEYS  ready
-- ARGV  what the marker then says
-- Reply 1, or 0 for a board that is not kept, which is built anew when it is read
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL')
return 1
