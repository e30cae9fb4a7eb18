-- ARGV: 6 number awaited, 7 longest value
local r = numbered(ARGV[6], 'tok', 'own', 'exp', 'vt', 'gm', 'g:' .. caller)
if not r then return {'Z'} end
local st = r[1]
if st == 'R' then
  redis.call('ZADD', G, now + string.match(r[9] or r[8], '^%d+'), caller)
  return {'H', r[3], r[4], left(r[6]), r[5]}
end
if st == 'S' or st == 'N' then return value(st, r[3], r[7], ARGV[7]) end
if st == 'F' then return {'F', redis.call('HMGET', R, 'ft', 'fm', 'fn')} end
if st == 'U' then return {'U'} end
return {'Z'}
