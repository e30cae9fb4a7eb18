-- ARGV: 5 number, 6 sequence
local r = numbered(ARGV[5], 'ack')
if not r then return {'?'} end
if tonumber(ARGV[6]) > tonumber(r[4] or '0') then call('HSET', R, 'ack', ARGV[6]) end
return {'OK'}
