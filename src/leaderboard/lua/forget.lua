-- Takes the events that name a user out of a board's stream. Who was to be sent one of them finds that it is not held any
-- more and begins with a snapshot; the numbers of the others stay.
-- KEYS  stream
-- ARGV  userId
-- Reply how many were taken out
local stream, userId = KEYS[1], ARGV[1]
local forgotten = 0
for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+')) do
  local id, fields = entry[1], entry[2]
  for at = 1, #fields, 2 do
    local data = fields[at] == 'data' and cjson.decode(fields[at + 1])
    if data and (data.userId == userId or data.displacedUserId == userId) then
      forgotten = forgotten + redis.call('XDEL', stream, id)
    end
  end
end
return forgotten
