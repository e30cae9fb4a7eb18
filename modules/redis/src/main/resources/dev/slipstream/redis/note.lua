-- ARGV: 5 number, 6 set|first|remove, 7 whether it concerns the holder 0|1, 8... fields, with values
local r = numbered(ARGV[5], ARGV[8])
if not r then return {'?'} end
if not open(r[1]) then return {'E'} end
list(r[1])
if ARGV[6] == 'first' and r[4] then return dump() end
for i = 8, #ARGV, 2 do call('HDEL', R, ARGV[i]) end
if ARGV[6] ~= 'remove' then
  for i = 8, #ARGV, 2 do
    if string.sub(ARGV[i + 1], 1, 1) == '+' then call('HSET', R, ARGV[i], string.sub(ARGV[i + 1], 2)) end
  end
end
if ARGV[7] == '1' then feed('b') end
return dump()
