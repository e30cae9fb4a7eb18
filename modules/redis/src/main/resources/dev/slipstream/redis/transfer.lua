-- ARGV: 5 number, 6 the caller that gets it
local r = numbered(ARGV[5], 'own', 'og', 'gm', 'g:' .. caller)
local to = ARGV[6]
if not r or to == caller then return {'X'} end
local holds = r[4] == caller
local runsOut = holds and r[5] or call('ZSCORE', G, caller)
if not open(r[1]) or not ahead(runsOut) then return {'X'} end
list(r[1])
local there
if r[4] == to then there = r[5] else there = call('ZSCORE', G, to) end
if holds then call('HDEL', R, 'og') else call('ZREM', G, caller) end
call('HDEL', R, 'g:' .. caller)
if not there or tonumber(there) <= tonumber(runsOut) then
  if r[4] == to then call('HSET', R, 'og', runsOut) else admit(to, runsOut) end
  call('HSET', R, 'g:' .. to, r[7] or r[6] .. ':')
end
return {'OK'}
