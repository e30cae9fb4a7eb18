-- ARGV: 6 number
local r = numbered(ARGV[6], 'own')
if not r or not open(r[1]) or not granted(who) then return {'X'} end
redis.call('ZREM', G, who)
redis.call('HDEL', R, 'g:' .. who)
if r[4] == who then redis.call('HSET', R, 'lf', '1') end
local n = live()
if n > 0 then return {'K', n} end
if r[1] == 'R' and r[4] ~= who then feed('x') end -- its owner runs it for nobody
drop()
return {'C'}
