-- ARGV: 5 what the names of its grants begin with
local r = load('own', 'og', 'k')
if not r or not open(r[1]) then return {0, 0} end
local function its(name) return string.sub(name, 1, #ARGV[5]) == ARGV[5] end
local removed, holders = 0, r[5]
for _, each in ipairs(call('ZRANGE', G, 0, -1)) do
  if its(each) then
    call('ZREM', G, each)
    call('HDEL', R, 'g:' .. each)
    removed = removed + 1
  end
end
if holders and its(r[4]) then
  call('HDEL', R, 'og', 'g:' .. r[4])
  removed = removed + 1
  holders = nil
end
if removed == 0 or live(holders) > 0 then return {removed, 0} end
ARGV[4] = r[6]
feed('x')
drop()
return {removed, 1}
