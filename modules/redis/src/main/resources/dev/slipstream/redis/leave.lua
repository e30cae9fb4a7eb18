-- ARGV: 5 number
local r = numbered(ARGV[5], 'own', 'og')
if not r or not open(r[1]) then return {'X'} end
local holds = r[4] == caller
if not ahead(holds and r[5] or call('ZSCORE', G, caller)) then return {'X'} end
if holds then call('HDEL', R, 'og') else call('ZREM', G, caller) end
call('HDEL', R, 'g:' .. caller)
local n = live(not holds and r[5])
if n > 0 then return {'K', n} end
if r[1] == 'R' and not holds then feed('x') end -- its owner runs it for nobody
drop()
return {'C'}
