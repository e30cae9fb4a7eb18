-- ARGV: 6 number, 7 sequence
local r = numbered(ARGV[6], 'ack')
if not r then return {'?'} end
if tonumber(ARGV[7]) > tonumber(r[4] or '0') then redis.call('HSET', R, 'ack', ARGV[7]) end
return {'OK'}
