-- ARGV: 6 value, 7 ms to keep, 8 hand-over 0|1
local num = token()
begin(num)
redis.call('HSET', R, 'st', 'S', 'val', ARGV[6], 'vt', int(now), 'tok', num)
if ARGV[8] == '1' then redis.call('HSET', R, 'ho', '1') end
redis.call('ZREMRANGEBYSCORE', KEYS[7], '-inf', int(now))
keep(tonumber(ARGV[7]), KEYS[7], false)
return feed('i')
