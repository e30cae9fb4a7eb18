-- ARGV: 6 number, 7 to whom
local r = numbered(ARGV[6], 'own', 'gm', 'g:' .. who)
local to = ARGV[7]
if not r or to == who or not granted(who) then return {'X'} end
local runsOut = redis.call('ZSCORE', G, who)
local there = redis.call('ZSCORE', G, to)
redis.call('ZREM', G, who)
redis.call('HDEL', R, 'g:' .. who)
if not there or tonumber(there) <= tonumber(runsOut) then
  redis.call('ZADD', G, runsOut, to)
  redis.call('HSET', R, 'g:' .. to, r[6] or r[5] .. ':')
end
if r[4] == who then redis.call('HSET', R, 'lf', '1') end
if r[4] == to then redis.call('HDEL', R, 'lf') end
return {'OK'}
