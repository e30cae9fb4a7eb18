-- ARGV: 5 number, 6 after|recent|count, 7 sequence or limit, 8 type
local E = extras()
local r = numbered(ARGV[5], 'q')
if not r then return {'?'} end
local n = tonumber(ARGV[7])
local last = tonumber(r[4] or '0')
local lost = last - call('XLEN', E)
if ARGV[6] == 'recent' then n = math.max(lost, last - n) end
if n < lost then return {'L', int(lost)} end
if ARGV[6] ~= 'count' then return {'E', r[3], call('XRANGE', E, int(n + 1) .. '-0', '+')} end
local count = tonumber(call('HGET', R, 'c:' .. ARGV[8]) or '0')
for _, each in ipairs(call('XRANGE', E, '-', int(n) .. '-0')) do
  if each[2][2] == ARGV[8] then count = count + 1 end
end
return {'C', count}
