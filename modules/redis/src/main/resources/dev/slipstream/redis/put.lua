-- ARGV: 6 value, 7 ms to keep, 8 hand-over 0|1
local num = token()
drop()
redis.call('HSET', R, 'st', 'S', 'val', ARGV[6], 'vt', now, 'tok', num, 'num', num, 'ep', epoch,
  'k', ARGV[5], 'reg', now)
if ARGV[8] == '1' then redis.call('HSET', R, 'ho', '1') end
redis.call('PEXPIRE', R, ARGV[7])
redis.call('ZADD', KEYS[7], now + ARGV[7], d)
tidy(KEYS[7])
return feed('i')
