-- ARGV: 5 number, 6 token, or '' for a fetch that nobody holds, 7 outcome S|N|U|F|A,
--       8 value, type of a failure, or reason, 9 ms to keep, 10 hand-over 0|1, 11 longest value,
--       12 node and 13 message of a failure, if there is one
local r = numbered(ARGV[5], 'tok', 'exp', 'rf', 'ix', 'ev', 'lm')
local byToken = ARGV[6] ~= ''
local holds = byToken and r and r[4] == ARGV[6]
if holds and not open(r[1]) then return {'OK', 0} end -- this very completion, repeated

if byToken and not holds then -- fenced
  local newest = load('vt', 'own', 'val')
  if not newest then return {'X'} end
  -- It waits no more: else the next owner would run on for nobody.
  if newest[5] == caller then call('HDEL', R, 'og') else call('ZREM', G, caller) end
  if newest[1] == 'S' or newest[1] == 'N' then
    return value(newest[1], newest[3], newest[4], newest[6], ARGV[11])
  end
  return {'X'}
end

local tok = ARGV[6]
if not byToken then
  if not r then return {'?'} end
  if not open(r[1]) then return {'E'} end
  if r[1] == 'R' and leaseEnd(r[5], r[9]) > now then return {'H'} end
  tok = token() -- a lease that is still out is refused
end

local others = 0
if call('ZCARD', G) > 0 then
  others = live()
  call('DEL', G)
end
local st, what = ARGV[7], ARGV[8]
local fields = {'st', st, 'vt', now, 'tok', tok}
local function set(name, text) fields[#fields + 1] = name; fields[#fields + 1] = text end
if st == 'S' then set('val', what) end
if st == 'A' then set('rs', what) end
if st == 'F' then
  set('ft', what)
  set('fn', ARGV[12])
  if ARGV[13] then set('fm', ARGV[13]) end
end
if ARGV[10] == '1' then set('ho', '1') end
call('HSET', R, unpack(fields))
call('PEXPIRE', R, ARGV[9])
if byToken and others == 0 and not (r[6] or r[7] or r[8]) then return {'OK', 0} end -- as most end

if r[7] then
  local E, notEnded, _, d = extras()
  call('PEXPIRE', E, ARGV[9])
  call('ZREM', notEnded, d)
  list(st)
end
if r[8] then
  local names = {S = 'SUCCEEDED', N = 'ABSENT', U = 'UNSHARED', F = 'FAILED', A = 'ABANDONED'}
  event('ended', '0', '', names[st])
end
if byToken then
  if others > 0 or r[6] then feed('d') end
  return {'OK', others}
end
list(st)
feed('d')
return dump()
