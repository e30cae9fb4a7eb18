-- ARGV: 6 number, 7 token, or '' for a fetch that nobody holds, 8 outcome S|N|U|F|A,
--       9 value, type of a failure, or reason, 10 message or '', 11 node or '', 12 ms to keep,
--       13 hand-over 0|1, 14 longest value, 15 whether there is a message 0|1
local r = numbered(ARGV[6], 'tok', 'exp', 'rf', 'q')
local byToken = ARGV[7] ~= ''
if byToken and (not r or r[4] ~= ARGV[7]) then -- fenced
  local newest = load('vt', 'own')
  if not newest then return {'X'} end
  if granted(caller) and newest[5] == caller then redis.call('HSET', R, 'lf', '1') end
  redis.call('ZREM', G, caller) -- it waits no more: else the next owner would run on for nobody
  if newest[1] == 'S' or newest[1] == 'N' then return value(newest[1], newest[3], newest[4], ARGV[14]) end
  return {'X'}
end
if byToken and not open(r[1]) then return {'OK', 0} end -- this very completion, repeated
local tok = ARGV[7]
if not byToken then
  if not r then return {'?'} end
  if not open(r[1]) then return {'E'} end
  if r[1] == 'R' and tonumber(r[5]) > now then return {'H'} end
  tok = token() -- a lease that is still out is refused
end
redis.call('ZREM', G, caller)
local others = live()
redis.call('DEL', G)
local st = ARGV[8]
local fields = {'st', st, 'vt', now, 'tok', tok}
local function set(name, text) fields[#fields + 1] = name; fields[#fields + 1] = text end
if st == 'S' then set('val', ARGV[9]) end
if st == 'A' then set('rs', ARGV[9]) end
if st == 'F' then
  set('ft', ARGV[9])
  set('fn', ARGV[11])
  if ARGV[15] == '1' then set('fm', ARGV[10]) end
end
if ARGV[13] == '1' then set('ho', '1') end
redis.call('HSET', R, unpack(fields))
redis.call('PEXPIRE', R, ARGV[12])
if r[7] then redis.call('PEXPIRE', E, ARGV[12]) end
redis.call('ZREM', KEYS[6], d)
redis.call('ZADD', KEYS[7], now + ARGV[12], d)
tidy(KEYS[7])
if byToken then
  if others > 0 or r[6] then feed('d') end
  return {'OK', others}
end
feed('d')
return dump()
