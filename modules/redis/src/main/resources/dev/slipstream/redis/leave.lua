-- ARGV: 6 number
local r = numbered(ARGV[6], 'own')
if not r or not open(r[1]) or not granted(caller) then return {'X'} end
redis.call('ZREM', G, caller)
redis.call('HDEL', R, 'g:' .. caller)
if r[4] == caller then redis.call('HSET', R, 'lf', '1') end
local n = live()
if n > 0 then return {'K', n} end
if r[1] == 'R' and r[4] ~= caller then feed('x') end -- its owner runs it for nobody
drop()
return {'C'}
