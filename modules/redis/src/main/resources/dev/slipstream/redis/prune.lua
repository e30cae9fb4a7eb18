-- ARGV: 5 age in ms
local r = load('vt')
if not r or open(r[1]) or now - r[4] < tonumber(ARGV[5]) then return {'0'} end
local E = extras()
local events = call('XLEN', E)
drop()
return {'P', events}
