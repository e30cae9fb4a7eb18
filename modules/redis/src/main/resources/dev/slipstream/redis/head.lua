-- What every script of a record begins with. All keys have one hash tag; the clock is the server's.
-- KEYS: 1 record, 2 grants, 3 events, 4 meta, 5 feed, 6 index of what has not ended, 7 of what has
-- ARGV: 1 digest of the key, 2 who: node/flight, or '' for no node, 3 nonce of this call,
--       4 length of the feed, 5 the key as the record and the feed have it, 6... the script's own
local R, G, E, M, F = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local d, who = ARGV[1], ARGV[2]
local T = redis.call('TIME')
local now = T[1] * 1000 + math.floor(T[2] / 1000)

local function int(x) return string.format('%.0f', x) end

-- Tells the others: i(nvalidated) a(ll) d(one) o(wner changed) x(given up) b(to be abandoned) e(vent).
-- Ids are 1-0, 2-0, ... without holes; a feed without its meta is another one.
local function feed(what)
  local q = redis.call('HINCRBY', M, 'q', 1)
  if q == 1 then redis.call('DEL', F) end
  local source = string.match(who, '^[^/]*')
  redis.call('XADD', F, 'MAXLEN', '~', ARGV[4], int(q) .. '-0', 'o', what, 'k', ARGV[5], 's', source, 'n', ARGV[3])
  return q
end

-- Above every earlier one, also if the clock went back or the last one was lost.
local function token()
  local us = T[1] * 1000000 + T[2]
  local last = tonumber(redis.call('HGET', M, 'tok') or '0')
  if us <= last then us = last + 1 end
  redis.call('HSET', M, 'tok', int(us))
  return int(us)
end

local function drop()
  redis.call('DEL', R, G, E)
  redis.call('ZREM', KEYS[6], d)
  redis.call('ZREM', KEYS[7], d)
end

-- The record as a list: st ep num and the given fields; nil if there is none of this epoch.
local function load(...)
  local r = redis.call('HMGET', R, 'st', 'ep', 'num', ...)
  if not r[1] then return nil end
  if r[2] ~= (redis.call('HGET', M, 'ep') or '0') then drop(); return nil end
  return r
end

-- The same, unless its number is neither the given one nor 0 is asked for.
local function numbered(number, ...)
  local r = load(...)
  if r and number ~= '0' and r[3] ~= number then return nil end
  return r
end

local function open(st) return st == 'R' or st == 'G' end

local function live() return redis.call('ZCOUNT', G, '(' .. int(now), '+inf') end

local function granted(w)
  local runsOut = redis.call('ZSCORE', G, w)
  return runsOut and tonumber(runsOut) > now
end

local function left(exp) return math.max(0, tonumber(exp) - now) end

-- A new record in place of what there is; it is kept until told otherwise.
local function begin(number)
  drop()
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', int(now))
  redis.call('HSET', R, 'num', number, 'ep', redis.call('HGET', M, 'ep') or '0', 'k', ARGV[5], 'reg', int(now))
end

-- Sets how long record, grants and events stay. A registered record has no end.
local function keep(ms, index, registered)
  if registered then
    redis.call('ZADD', index, '+inf', d)
    return
  end
  redis.call('PEXPIRE', R, ms); redis.call('PEXPIRE', G, ms); redis.call('PEXPIRE', E, ms)
  redis.call('ZADD', index, int(now + ms), d)
end

-- Gives the record a holder.
local function hold(tok, leaseMs, grantMs, registered)
  redis.call('HSET', R, 'st', 'R', 'own', who, 'tok', tok, 'exp', int(now + leaseMs), 'gm', grantMs)
  redis.call('HDEL', R, 'lf', 'g:' .. who)
  redis.call('ZADD', G, int(now + grantMs), who)
  keep(leaseMs * 10, KEYS[6], registered)
end

-- All of the record, and now.
local function dump()
  return {'R', int(now), redis.call('HGETALL', R)}
end

-- The value, unless it is longer than a node takes.
local function value(st, num, vt, max)
  local val = ''
  if st == 'S' then
    val = redis.call('HGET', R, 'val')
    if #val > tonumber(max) then return {'T', #val} end
  end
  return {'V', st, num, math.max(0, now - vt), val}
end
