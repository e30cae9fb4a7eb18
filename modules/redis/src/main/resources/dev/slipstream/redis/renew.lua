-- ARGV: 6 number, 7 token, 8 lease ms. The caller is the holder
local r = numbered(ARGV[6], 'tok', 'own', 'lf', 'gm', 'ab', 'ar', 'rg', 'q', 'g:' .. caller)
if not r or r[1] ~= 'R' or r[4] ~= ARGV[7] then return {'X'} end
if r[8] then return {'B', r[8], r[9]} end
local own = r[5]
if not r[6] then -- it has not left
  local ms = r[12] or r[7]
  redis.call('ZADD', G, now + string.match(ms, '^%d+'), own)
end
redis.call('ZREMRANGEBYSCORE', G, '-inf', now - 60000)
local n = live()
if n == 0 then drop(); return {'C'} end
redis.call('HSET', R, 'exp', now + ARGV[8])
keep(ARGV[8] * 10, KEYS[6], r[10], r[11])
return {'OK', r[3], r[4], tonumber(ARGV[8]), own, n}
