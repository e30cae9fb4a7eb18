-- ARGV: 6 lease ms, 7 grant ms, 8 refresh 0|1, 9 invalidate first 0|1, 10 longest value
if ARGV[9] == '1' then drop(); feed('i') end
local r = load('tok', 'own', 'exp', 'vt', 'ho', 'gm', 'g:' .. who, 'rg')
local st = r and r[1]
if (st == 'S' or st == 'N') and not r[8] and ARGV[8] == '0' then return value(st, r[3], r[7], ARGV[10]) end
local function grant() -- for as long as asked; the record knows the usual time
  redis.call('ZADD', G, int(now + ARGV[7]), who)
  if r[9] == ARGV[7] then
    if r[10] then redis.call('HDEL', R, 'g:' .. who) end
  else
    redis.call('HSET', R, 'g:' .. who, ARGV[7] .. ':')
  end
end
if st == 'R' then
  if r[5] == who then -- its own, repeated
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
local num = tok
local over = 0
if st == 'R' then over = 1; feed('o') end
if open(st) then num = r[3] else begin(num) end
if ARGV[8] == '1' and not open(st) then redis.call('HSET', R, 'rf', '1') end -- its end is of interest
hold(tok, tonumber(ARGV[6]), ARGV[7], open(st) and r[11])
return {'A', num, tok, tonumber(ARGV[6]), over}
