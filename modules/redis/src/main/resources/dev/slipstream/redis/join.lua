-- ARGV: 6 lease ms, 7 grant ms, 8 refresh 0|1, 9 invalidate first 0|1, 10 longest value
local invalidated = ARGV[9] == '1'
if invalidated then drop(); feed('i') end
local r = not invalidated and load('tok', 'own', 'exp', 'vt', 'ho', 'gm', 'g:' .. caller, 'rg', 'q')
local st = r and r[1]
if (st == 'S' or st == 'N') and not r[8] and ARGV[8] == '0' then return value(st, r[3], r[7], ARGV[10]) end
local leaseMs, grantMs = tonumber(ARGV[6]), ARGV[7]
local grantEnd = now + grantMs
local function grant() -- for as long as asked; the record knows the usual time
  redis.call('ZADD', G, grantEnd, caller)
  if r[9] == grantMs then
    if r[10] then redis.call('HDEL', R, 'g:' .. caller) end
  else
    redis.call('HSET', R, 'g:' .. caller, grantMs .. ':')
  end
end
if st == 'R' then
  if r[5] == caller then -- its own, repeated
    grant()
    redis.call('HDEL', R, 'lf')
    return {'A', r[3], r[4], left(r[6]), 0}
  end
  if tonumber(r[6]) > now then
    grant()
    return {'H', r[3], r[4], left(r[6]), r[5]}
  end
end
local tok = token()
if open(st) then -- a takeover, or one that was registered
  redis.call('HSET', R, 'st', 'R', 'own', caller, 'tok', tok, 'exp', now + leaseMs, 'gm', grantMs)
  redis.call('HDEL', R, 'lf', 'g:' .. caller)
  redis.call('ZADD', G, grantEnd, caller)
  keep(leaseMs * 10, KEYS[6], r[11], r[12])
  if st == 'R' then feed('o') end
  return {'A', r[3], tok, leaseMs, st == 'R' and 1 or 0}
end
if st then drop() else redis.call('DEL', G, E) end
redis.call('HSET', R, 'st', 'R', 'own', caller, 'tok', tok, 'exp', now + leaseMs, 'gm', grantMs,
  'num', tok, 'ep', epoch, 'k', ARGV[5], 'reg', now)
if ARGV[8] == '1' then redis.call('HSET', R, 'rf', '1') end -- its end is of interest
redis.call('ZADD', G, grantEnd, caller)
tidy(KEYS[6])
keep(leaseMs * 10, KEYS[6], false, false)
return {'A', tok, tok, leaseMs, 0}
