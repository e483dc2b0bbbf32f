-- Removes jobs that are done. What the worker no longer holds (recovered, flushed) is left to its new holder.
-- KEYS  active, job prefix
-- ARGV  id, id, …
-- Reply how many were removed
local active, prefix = KEYS[1], KEYS[2]
local removed = 0

for _, id in ipairs(ARGV) do
  if redis.call('LREM', active, 0, id) > 0 then
    removed = removed + redis.call('DEL', prefix .. id)
  end
end
return removed
