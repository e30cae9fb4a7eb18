-- ARGV: 6 number, 7 ms, 8 label, 9 whether there is one 0|1
local r = numbered(ARGV[6], 'own')
if not r then return {'?'} end
if not open(r[1]) then return {'E'} end
if r[4] == caller then redis.call('HDEL', R, 'lf') end
redis.call('ZADD', G, now + ARGV[7], caller)
redis.call('HSET', R, 'g:' .. caller, ARGV[7] .. ':' .. (ARGV[9] == '1' and '+' .. ARGV[8] or ''))
local ttl = redis.call('PTTL', R)
if ttl > 0 then redis.call('PEXPIRE', G, ttl) end
return {'G', r[3]}
