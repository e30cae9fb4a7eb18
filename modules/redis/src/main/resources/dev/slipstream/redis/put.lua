-- ARGV: 5 value, 6 ms to keep, 7 hand-over 0|1
local num = token()
drop()
call('HSET', R, 'st', 'S', 'val', ARGV[5], 'vt', now, 'tok', num, 'num', num, 'ep', epoch, 'k', ARGV[4], 'reg', now)
if ARGV[7] == '1' then call('HSET', R, 'ho', '1') end
call('PEXPIRE', R, ARGV[6])
return feed('i')
