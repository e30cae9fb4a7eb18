-- ARGV: 5 number, 6 ms, 7 label, 8 whether there is one 0|1
local r = numbered(ARGV[5], 'own')
if not r then return {'?'} end
if not open(r[1]) then return {'E'} end
list(r[1])
local runsOut = now + ARGV[6]
if r[4] == caller then call('HSET', R, 'og', runsOut) else admit(caller, runsOut) end
call('HSET', R, 'g:' .. caller, ARGV[6] .. ':' .. (ARGV[8] == '1' and '+' .. ARGV[7] or ''))
return {'G', r[3]}
