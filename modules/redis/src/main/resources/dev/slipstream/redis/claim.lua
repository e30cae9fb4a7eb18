-- ARGV: 6 number, 7 lease ms, 8 grant ms, 9 number and 10 token of the observed lease, or '' to claim,
--       11 what the owner's name begins with if it is another run of this node, 12 this run
local r = numbered(ARGV[6], 'tok', 'own', 'exp', 'rg', 'q')
if not r then return {'?'} end
local st, own = r[1], r[5]
if not open(st) then return {'E', r[3]} end
local function starts(text, with) return string.sub(text, 1, #with) == with end
local free = st == 'G' or tonumber(r[6]) <= now
if ARGV[9] == '' then
  if st == 'R' and own == caller then -- its own, repeated
    redis.call('ZADD', G, now + ARGV[8], caller)
    redis.call('HSET', R, 'g:' .. caller, ARGV[8] .. ':')
    redis.call('HDEL', R, 'lf')
    return {'A', r[3], r[4], left(r[6]), 0}
  end
else
  if st == 'G' or r[3] ~= ARGV[9] then return {'?'} end
  local restarted = starts(own, ARGV[11]) and not starts(own, ARGV[12])
  free = r[4] == ARGV[10] and (free or restarted)
end
if not free then return {'H', r[3], r[4], left(r[6]), own} end
local tok = token()
redis.call('HSET', R, 'st', 'R', 'own', caller, 'tok', tok, 'exp', now + ARGV[7], 'gm', ARGV[8])
redis.call('HDEL', R, 'lf', 'g:' .. caller)
redis.call('ZADD', G, now + ARGV[8], caller)
keep(ARGV[7] * 10, KEYS[6], r[7], r[8])
if st == 'R' then feed('o') end
return {'A', r[3], tok, tonumber(ARGV[7]), st == 'R' and 1 or 0}
