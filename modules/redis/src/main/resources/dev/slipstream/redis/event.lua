-- Adds an event to a fetch; its id.
local function event(kind, wakes, dedupe, payload)
  local E = extras()
  local q = call('HINCRBY', R, 'q', 1)
  if q == 1 then call('DEL', E) end
  local id = int(q) .. '-0'
  local fields = {'t', kind, 'w', wakes, 'a', int(now), 'x', dedupe}
  if payload then fields[9] = 'p'; fields[10] = payload end
  call('XADD', E, id, unpack(fields))
  local ttl = call('PTTL', R)
  if ttl > 0 then call('PEXPIRE', E, ttl) end
  feed('e')
  return id, fields
end
