-- ARGV: 6 number, 7 type, 8 payload, 9 whether there is one 0|1, 10 wakes 0|1, 11 dedupe or '',
--       12 how many events are kept
local r = numbered(ARGV[6])
if not r then return {'?'} end
local dedupe = ARGV[11]
if dedupe ~= '' then
  local seq = redis.call('HGET', R, 'd:' .. dedupe)
  if seq then return {'E', r[3], 1, redis.call('XRANGE', E, seq .. '-0', seq .. '-0')[1]} end
end
local id = int(redis.call('HINCRBY', R, 'q', 1)) .. '-0'
local event = {'t', ARGV[7], 'w', ARGV[10], 'a', int(now), 'x', dedupe}
if ARGV[9] == '1' then event[9] = 'p'; event[10] = ARGV[8] end
redis.call('XADD', E, id, unpack(event))
if dedupe ~= '' then redis.call('HSET', R, 'd:' .. dedupe, string.match(id, '^%d+')) end
if redis.call('XLEN', E) > tonumber(ARGV[12]) then -- of what is lost the number of each type stays
  local first = redis.call('XRANGE', E, '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', E, first[1])
  redis.call('HINCRBY', R, 'c:' .. first[2][2], 1)
  if first[2][8] ~= '' then redis.call('HDEL', R, 'd:' .. first[2][8]) end
end
local ttl = redis.call('PTTL', R)
if ttl > 0 then redis.call('PEXPIRE', E, ttl) end
feed('e')
return {'E', r[3], 0, {id, event}}
