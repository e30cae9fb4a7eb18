-- ARGV: 5 number
local r = numbered(ARGV[5], 'gm', 'k', 'own', 'og')
if not r or not open(r[1]) then return {'?'} end
local all = call('ZRANGE', G, 0, -1, 'WITHSCORES')
if r[7] then
  all[#all + 1] = r[6]
  all[#all + 1] = r[7]
end
local found = {}
for i = 1, #all, 2 do
  local info = call('HGET', R, 'g:' .. all[i]) or r[4] .. ':'
  found[#found + 1] = {all[i], ahead(all[i + 1]) and 1 or 0, info}
end
return {'G', r[3], r[5], found}
