-- What the scripts of a record begin with, each with those of the functions that it uses. All keys have one
-- hash tag; the clock is the server's.
-- KEYS: 1 record, 2 grants but its holder's, 3 meta, 4 feed
-- ARGV: 1 caller: node/flight, or '' for no node, 2 nonce of this call, 3 length of the feed,
--       4 the key as the record and the feed have it, 5... the script's own
local call = redis.call
local R, G, M, F = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local caller = ARGV[1]
local T = call('TIME')
local now = T[1] * 1000 + math.floor(T[2] / 1000)

local function int(x) return string.format('%.0f', x) end

-- The keys that only listed fetches have: events, index of what has not ended, of what has; and the
-- record's name in these.
local function extras()
  local tag, d = string.match(R, '^({[^}]*}:)r:(.*)$')
  return tag .. 'e:' .. d, tag .. 'n', tag .. 't', d
end

-- Notifies the others: i(nvalidated) a(ll) d(one) o(wner changed) x(given up) b(to be abandoned) e(vent).
-- Ids are 1-0, 2-0, ... without holes; a feed without its meta is another one.
local function feed(what)
  local q = call('HINCRBY', M, 'q', 1)
  if q == 1 then call('DEL', F) end
  local source = string.match(caller, '^[^/]*')
  call('XADD', F, 'MAXLEN', '~', ARGV[3], q .. '-0', 'o', what, 'k', ARGV[4], 's', source, 'n', ARGV[2])
  return q
end

-- The epoch, and the last token that was given out.
local epoch, lastToken = unpack(call('HMGET', M, 'ep', 'tok'))
epoch = epoch or '0'

-- Above every earlier one, also if the clock went back or the last one was lost.
local function token()
  local us = T[1] * 1000000 + T[2]
  local last = tonumber(lastToken or '0')
  if us <= last then us = last + 1 end
  local text = int(us)
  call('HSET', M, 'tok', text)
  return text
end

local function drop()
  if redis.pcall('HGET', R, 'ix') then -- also if it is no hash
    local E, notEnded, ended, d = extras()
    call('DEL', E)
    call('ZREM', notEnded, d)
    call('ZREM', ended, d)
  end
  call('DEL', R, G)
end

-- The record as a list: st ep num and the given fields; nil if there is none of this epoch.
local function load(...)
  local r = call('HMGET', R, 'st', 'ep', 'num', ...)
  if not r[1] then return nil end
  if r[2] ~= epoch then drop(); return nil end
  return r
end

-- The same, unless its number is neither the given one nor 0 is asked for.
local function numbered(number, ...)
  local r = load(...)
  if r and number ~= '0' and r[3] ~= number then return nil end
  return r
end

local function open(st) return st == 'R' or st == 'G' end

local function ahead(runsOut) return runsOut and tonumber(runsOut) > now end

-- How many flights want the fetch; the holder's own grant is in the record, until it leaves.
local function live(holders)
  return call('ZCOUNT', G, '(' .. now, '+inf') + (ahead(holders) and 1 or 0)
end

-- Grants the fetch to a flight that does not hold it. Grants go with the record.
local function admit(flight, runsOut)
  if call('ZADD', G, runsOut, flight) == 1 then
    local ttl = call('PTTL', R)
    if ttl > 0 then call('PEXPIRE', G, ttl) end
  end
end

-- A fetch gets a holder; the one before keeps its grant.
local function hold(tok, leaseMs, grantMs, before, beforesGrant)
  if ahead(beforesGrant) then admit(before, beforesGrant) end
  call('ZREM', G, caller)
  call('HDEL', R, 'g:' .. caller)
  call('HSET', R, 'st', 'R', 'own', caller, 'tok', tok, 'exp', now + leaseMs, 'lm', leaseMs, 'gm', grantMs,
    'og', now + grantMs)
end

-- When a lease runs out: if the clock went back, no later than a lease time from now.
local function leaseEnd(exp, leaseMs)
  local latest = now + leaseMs
  if tonumber(exp) <= latest then return tonumber(exp) end
  call('HSET', R, 'exp', latest)
  return latest
end

local function left(exp) return math.max(0, exp - now) end

-- Sets how long record and grants stay, and what only listed fetches have. A registered one has no end.
local function keep(ms, registered, listed)
  if registered then return end
  call('PEXPIRE', R, ms)
  call('PEXPIRE', G, ms)
  if listed then
    local E, notEnded, _, d = extras()
    call('PEXPIRE', E, ms)
    call('ZADD', notEnded, now + ms, d)
  end
end

-- Lists a fetch, as every operation of the registry on it does.
local function list(st)
  local _, notEnded, ended, d = extras()
  local index = open(st) and notEnded or ended
  local ttl = call('PTTL', R)
  call('HSET', R, 'ix', '1')
  call('ZADD', index, ttl < 0 and '+inf' or now + ttl, d)
  call('ZREMRANGEBYSCORE', index, '-inf', now) -- what is gone
end

-- All of the record, and now.
local function dump()
  return {'R', now, call('HGETALL', R)}
end

-- The value, unless it is longer than a node takes.
local function value(st, num, vt, val, max)
  if st ~= 'S' then val = '' end
  if #val > tonumber(max) then return {'T', #val} end
  return {'V', st, num, math.max(0, now - vt), val}
end

-- Adds an event to a fetch; its id.
local function event(kind, wakes, dedupe, payload)
  local E = extras()
  local q = call('HINCRBY', R, 'q', 1)
  if q == 1 then call('DEL', E) end
  local id = int(q) .. '-0'
  local fields = {'t', kind, 'w', wakes, 'a', int(now), 'x', dedupe}
  if payload then fields[9] = 'p'; fields[10] = payload end
  call('XADD', E, id, unpack(fields))
  local ttl = call('PTTL', R)
  if ttl > 0 then call('PEXPIRE', E, ttl) end
  feed('e')
  return id, fields
end
