-- ARGV: 5 lease ms, 6 grant ms, 7 any of r(efresh) i(nvalidate first) e(vents), 8 longest value, 9 node
local leaseMs, grantMs, asked = ARGV[5], ARGV[6], ARGV[7]
local grantEnd = now + grantMs
local function asks(flag) return string.find(asked, flag, 1, true) end

local function start()
  local tok = token()
  call('HSET', R, 'st', 'R', 'own', caller, 'tok', tok, 'exp', now + leaseMs, 'lm', leaseMs, 'gm', grantMs,
    'og', grantEnd, 'num', tok, 'ep', epoch, 'k', ARGV[4], 'reg', now)
  call('PEXPIRE', R, leaseMs .. '0') -- ten times the lease
  return {'A', tok, tok, tonumber(leaseMs), 0}
end

local first = asked ~= '' and asks('i')
local r = not first and load('vt', 'val', 'ho')
if not r and asked == '' then return start() end -- as most joins end

local st = r and r[1]
local refresh = asks('r')
if (st == 'S' or st == 'N') and not r[6] and not refresh then return value(st, r[3], r[4], r[5], ARGV[8]) end

local own, ownsGrant, registered, listed
if open(st) then
  local tok, exp, usualMs, otherMs, lm
  tok, own, exp, ownsGrant, usualMs, otherMs, registered, listed, lm =
    unpack(call('HMGET', R, 'tok', 'own', 'exp', 'og', 'gm', 'g:' .. caller, 'rg', 'ix', 'lm'))
  local mine = own == caller -- its own, repeated
  local ends = st == 'R' and leaseEnd(exp, lm) or 0
  if mine or ends > now then
    if mine then call('HSET', R, 'og', grantEnd) else admit(caller, grantEnd) end
    if usualMs ~= grantMs then -- for as long as asked; the record knows the usual time
      call('HSET', R, 'g:' .. caller, grantMs .. ':')
    elseif otherMs then
      call('HDEL', R, 'g:' .. caller)
    end
    return {mine and 'A' or 'H', r[3], tok, left(ends), mine and 0 or own}
  end
end

local answer
if open(st) then -- a takeover, or one that was registered
  local tok = token()
  hold(tok, leaseMs, grantMs, own, ownsGrant)
  keep(leaseMs * 10, registered, listed)
  if st == 'R' then feed('o') end
  answer = {'A', r[3], tok, tonumber(leaseMs), st == 'R' and 1 or 0}
else
  if first or st then drop() end
  if first then feed('i') end
  answer = start()
  if refresh then call('HSET', R, 'rf', '1') end -- its end is of interest
end
if asks('e') then
  call('HSET', R, 'ev', '1')
  list('R')
  event('started', '0', '', ARGV[9])
end
return answer
