-- ARGV: 5 number, 6 lease ms, 7 grant ms, 8 number and 9 token of the observed lease, or '' to claim,
--       10 what the owner's name begins with if it is another run of this node, 11 this run
local r = numbered(ARGV[5], 'tok', 'own', 'exp', 'og', 'rg', 'lm')
if not r then return {'?'} end
local st, own = r[1], r[5]
if not open(st) then return {'E', r[3]} end
list(st)
local function starts(text, with) return string.sub(text, 1, #with) == with end
local exp = st == 'R' and leaseEnd(r[6], r[9]) or 0
local free = exp <= now
if ARGV[8] == '' then
  if st == 'R' and own == caller then -- its own, repeated
    call('HSET', R, 'og', now + ARGV[7], 'g:' .. caller, ARGV[7] .. ':')
    return {'A', r[3], r[4], left(exp), 0}
  end
else
  if st == 'G' or r[3] ~= ARGV[8] then return {'?'} end
  local restarted = starts(own, ARGV[10]) and not starts(own, ARGV[11])
  free = r[4] == ARGV[9] and (free or restarted)
end
if not free then return {'H', r[3], r[4], left(exp), own} end
local tok = token()
hold(tok, ARGV[6], ARGV[7], own, r[7])
keep(ARGV[6] * 10, r[8], true)
if st == 'R' then feed('o') end
return {'A', r[3], tok, tonumber(ARGV[6]), st == 'R' and 1 or 0}
