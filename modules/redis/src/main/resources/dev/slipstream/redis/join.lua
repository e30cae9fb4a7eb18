-- ARGV: 5 lease ms, 6 grant ms, 7 any of r(efresh) i(nvalidate first) e(vents), 8 longest value, 9 node
local leaseMs, grantMs, asked = ARGV[5], ARGV[6], ARGV[7]
local refresh = string.find(asked, 'r', 1, true)
local r
if string.find(asked, 'i', 1, true) then
  drop()
  feed('i')
else
  r = load('tok', 'own', 'exp', 'vt', 'val', 'ho', 'og', 'gm', 'g:' .. caller, 'rg', 'ix', 'lm')
end
local st = r and r[1]
if (st == 'S' or st == 'N') and not r[9] and not refresh then return value(st, r[3], r[7], r[8], ARGV[8]) end
local grantEnd = now + grantMs
if st == 'R' then
  local mine = r[5] == caller -- its own, repeated
  local exp = leaseEnd(r[6], r[15])
  if mine or exp > now then
    if mine then call('HSET', R, 'og', grantEnd) else admit(caller, grantEnd) end
    if r[11] ~= grantMs then -- for as long as asked; the record knows the usual time
      call('HSET', R, 'g:' .. caller, grantMs .. ':')
    elseif r[12] then
      call('HDEL', R, 'g:' .. caller)
    end
    return {mine and 'A' or 'H', r[3], r[4], left(exp), mine and 0 or r[5]}
  end
end
local tok = token()
local num = tok
if open(st) then -- a takeover, or one that was registered
  num = r[3]
  hold(tok, leaseMs, grantMs, r[5], r[10])
  keep(leaseMs * 10, r[13], r[14])
  if st == 'R' then feed('o') end
else
  if st then drop() end
  call('HSET', R, 'st', 'R', 'own', caller, 'tok', tok, 'exp', now + leaseMs, 'lm', leaseMs, 'gm', grantMs,
    'og', grantEnd, 'num', tok, 'ep', epoch, 'k', ARGV[4], 'reg', now)
  if refresh then call('HSET', R, 'rf', '1') end -- its end is of interest
  call('PEXPIRE', R, leaseMs * 10)
end
if string.find(asked, 'e', 1, true) then
  call('HSET', R, 'ev', '1')
  list('R')
  event('started', '0', '', ARGV[9])
end
return {'A', num, tok, tonumber(leaseMs), st == 'R' and 1 or 0}
