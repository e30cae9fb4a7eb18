-- ARGV: 6 number
local r = numbered(ARGV[6], 'gm', 'k')
if not r or not open(r[1]) then return {'?'} end
local found = {}
local all = redis.call('ZRANGE', G, 0, -1, 'WITHSCORES')
for i = 1, #all, 2 do
  local info = redis.call('HGET', R, 'g:' .. all[i]) or r[4] .. ':'
  found[#found + 1] = {all[i], tonumber(all[i + 1]) > now and 1 or 0, info}
end
return {'G', r[3], r[5], found}
