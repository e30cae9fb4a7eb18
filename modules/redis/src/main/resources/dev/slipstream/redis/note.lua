-- ARGV: 6 number, 7 set|first|remove, 8 whether it concerns the holder 0|1, 9... fields, with values
local r = numbered(ARGV[6], ARGV[9])
if not r then return {'?'} end
if not open(r[1]) then return {'E'} end
if ARGV[7] == 'first' and r[4] then return dump() end
for i = 9, #ARGV, 2 do redis.call('HDEL', R, ARGV[i]) end
if ARGV[7] ~= 'remove' then
  for i = 9, #ARGV, 2 do
    if string.sub(ARGV[i + 1], 1, 1) == '+' then redis.call('HSET', R, ARGV[i], string.sub(ARGV[i + 1], 2)) end
  end
end
if ARGV[8] == '1' then feed('b') end
return dump()
