-- ARGV: 5 system and 6 id of the external reference, 7 whether there is one 0|1
local r = load()
if r and open(r[1]) then
  list(r[1])
  return dump()
end
drop()
call('HSET', R, 'st', 'G', 'rg', '1', 'num', token(), 'ep', epoch, 'k', ARGV[4], 'reg', now)
if ARGV[7] == '1' then call('HSET', R, 'xs', ARGV[5], 'xi', ARGV[6]) end
list('G')
return dump()
