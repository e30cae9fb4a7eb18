-- ARGV: 6 age in ms
local r = load('vt')
if not r or open(r[1]) or now - r[4] < tonumber(ARGV[6]) then return {'0'} end
local events = redis.call('XLEN', E)
drop()
return {'P', events}
