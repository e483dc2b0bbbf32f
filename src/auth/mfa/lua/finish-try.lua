-- Takes back the count of a try that was right, and uses its ticket up: of tries side by side, one gets it.
-- KEYS  tries, ticket (none where there is no ticket)
-- ARGV  tryId, ticketMs
-- Reply 1 | 0 when the ticket was used up meanwhile
local tries, ticket = KEYS[1], KEYS[2]
if ticket and redis.call('GET', ticket) == 'used' then return 0 end
redis.call('ZREM', tries, ARGV[1])
if ticket then redis.call('SET', ticket, 'used', 'PX', ARGV[2]) end
return 1
