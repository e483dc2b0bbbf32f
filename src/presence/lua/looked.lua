-- Plans the next look at users who were looked at, unless their looks were moved meanwhile.
-- KEYS  due
-- ARGV  for each: userId, when the look was due (ms), when the next lease ends (ms), '' when there is none
-- Reply how many are looked at no more

local due = KEYS[1]
local gone = 0
for i = 1, #ARGV, 3 do
  local planned = redis.call('ZSCORE', due, ARGV[i])
  if planned and tonumber(planned) == tonumber(ARGV[i + 1]) then
    if ARGV[i + 2] == '' then
      gone = gone + redis.call('ZREM', due, ARGV[i])
    else
      redis.call('ZADD', due, ARGV[i + 2], ARGV[i])
    end
  end
end
return gone
