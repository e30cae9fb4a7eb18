-- ARGV: 6 number, 7 the caller that gets it
local r = numbered(ARGV[6], 'own', 'gm', 'g:' .. caller)
local to = ARGV[7]
if not r or to == caller or not granted(caller) then return {'X'} end
local runsOut = redis.call('ZSCORE', G, caller)
local there = redis.call('ZSCORE', G, to)
redis.call('ZREM', G, caller)
redis.call('HDEL', R, 'g:' .. caller)
if not there or tonumber(there) <= tonumber(runsOut) then
  redis.call('ZADD', G, runsOut, to)
  redis.call('HSET', R, 'g:' .. to, r[6] or r[5] .. ':')
end
if r[4] == caller then redis.call('HSET', R, 'lf', '1') end
if r[4] == to then redis.call('HDEL', R, 'lf') end
return {'OK'}
