-- ARGV: 5 number, 6 type, 7 payload, 8 whether there is one 0|1, 9 wakes 0|1, 10 dedupe or '',
--       11 how many events are kept
local r = numbered(ARGV[5])
if not r then return {'?'} end
list(r[1])
local E = extras()
local dedupe = ARGV[10]
if dedupe ~= '' then
  local seq = call('HGET', R, 'd:' .. dedupe)
  if seq then return {'E', r[3], 1, call('XRANGE', E, seq .. '-0', seq .. '-0')[1]} end
end
local id, fields = event(ARGV[6], ARGV[9], dedupe, ARGV[8] == '1' and ARGV[7])
if dedupe ~= '' then call('HSET', R, 'd:' .. dedupe, string.match(id, '^%d+')) end
while call('XLEN', E) > tonumber(ARGV[11]) do -- of what is lost the number of each type stays
  local first = call('XRANGE', E, '-', '+', 'COUNT', 1)[1]
  call('XDEL', E, first[1])
  call('HINCRBY', R, 'c:' .. first[2][2], 1)
  if first[2][8] ~= '' then call('HDEL', R, 'd:' .. first[2][8]) end
end
return {'E', r[3], 0, {id, fields}}
