-- Notes when a board that is always kept was whole: a Redis that is set back has at least what was written before its
-- note. Included by scripts that know it is; they include now.lua, too.
local function noteWhole(seen)
  redis.call('SET', seen, string.format('%.0f', nowMs()))
end
