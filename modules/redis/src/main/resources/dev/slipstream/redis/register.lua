-- ARGV: 6 system and 7 id of the external reference, 8 whether there is one 0|1
local r = load()
if r and open(r[1]) then return dump() end
drop()
redis.call('HSET', R, 'st', 'G', 'rg', '1', 'num', token(), 'ep', epoch, 'k', ARGV[5], 'reg', now)
if ARGV[8] == '1' then redis.call('HSET', R, 'xs', ARGV[6], 'xi', ARGV[7]) end
keep(0, KEYS[6], true, false)
return dump()
