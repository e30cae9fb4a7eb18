-- ARGV: 5 number, 6 token, 7 lease ms. The caller is the holder
local r = numbered(ARGV[5], 'tok', 'own', 'og', 'gm', 'ab', 'ar', 'rg', 'ix', 'g:' .. caller)
if not r or r[1] ~= 'R' or r[4] ~= ARGV[6] then return {'X'} end
if r[8] then return {'B', r[8], r[9]} end
local grant = r[6] and now + string.match(r[12] or r[7], '^%d+') -- nil once it has left
call('ZREMRANGEBYSCORE', G, '-inf', now - 60000)
local n = live(grant)
if n == 0 then drop(); return {'C'} end
call('HSET', R, 'exp', now + ARGV[7], 'lm', ARGV[7])
if grant then call('HSET', R, 'og', grant) end
keep(ARGV[7] * 10, r[10], r[11])
return {'OK', r[3], r[4], tonumber(ARGV[7]), r[5], n}
