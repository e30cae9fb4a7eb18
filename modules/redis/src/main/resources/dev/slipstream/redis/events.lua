-- ARGV: 6 number, 7 after|recent|count, 8 sequence or limit, 9 type
local r = numbered(ARGV[6], 'q')
if not r then return {'?'} end
local n = tonumber(ARGV[8])
local last = tonumber(r[4] or '0')
local lost = last - redis.call('XLEN', E)
if ARGV[7] == 'recent' then n = math.max(lost, last - n) end
if n < lost then return {'L', int(lost)} end
if ARGV[7] ~= 'count' then return {'E', r[3], redis.call('XRANGE', E, int(n + 1) .. '-0', '+')} end
local count = tonumber(redis.call('HGET', R, 'c:' .. ARGV[9]) or '0')
for _, each in ipairs(redis.call('XRANGE', E, '-', int(n) .. '-0')) do
  if each[2][2] == ARGV[9] then count = count + 1 end
end
return {'C', count}
