-- ARGV: 6 what the names of its grants begin with
local r = load('own', 'k')
if not r or not open(r[1]) then return {0, 0} end
local function its(name) return string.sub(name, 1, #ARGV[6]) == ARGV[6] end
local removed = 0
for _, each in ipairs(redis.call('ZRANGE', G, 0, -1)) do
  if its(each) then
    redis.call('ZREM', G, each)
    redis.call('HDEL', R, 'g:' .. each)
    removed = removed + 1
  end
end
if r[4] and its(r[4]) then redis.call('HSET', R, 'lf', '1') end
if removed == 0 or live() > 0 then return {removed, 0} end
ARGV[5] = r[5]
feed('x')
drop()
return {removed, 1}
