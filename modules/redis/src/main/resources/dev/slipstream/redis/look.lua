-- ARGV: 5 number awaited, 6 longest value
local r = numbered(ARGV[5], 'tok', 'own', 'exp', 'vt', 'val', 'gm', 'g:' .. caller, 'lm')
if not r then return {'Z'} end
local st = r[1]
if st == 'R' then
  local runsOut = now + string.match(r[10] or r[9], '^%d+')
  if r[5] == caller then call('HSET', R, 'og', runsOut) else admit(caller, runsOut) end
  return {'H', r[3], r[4], left(leaseEnd(r[6], r[11])), r[5]}
end
if st == 'S' or st == 'N' then return value(st, r[3], r[7], r[8], ARGV[6]) end
if st == 'F' then return {'F', call('HMGET', R, 'ft', 'fm', 'fn')} end
if st == 'U' then return {'U'} end
return {'Z'}
