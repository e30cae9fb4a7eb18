-- What every script of a record begins with. All keys have one hash tag; the clock is the server's.
-- KEYS: 1 record, 2 grants, 3 events, 4 meta, 5 feed, 6 index of what has not ended, 7 of what has
-- ARGV: 1 digest of the key, 2 caller: node/flight, or '' for no node, 3 nonce of this call,
--       4 length of the feed, 5 the key as the record and the feed have it, 6... the script's own
local R, G, E, M, F = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local d, caller = ARGV[1], ARGV[2]
local T = redis.call('TIME')
local now = T[1] * 1000 + math.floor(T[2] / 1000)

local function int(x) return string.format('%.0f', x) end

-- Notifies the others: i(nvalidated) a(ll) d(one) o(wner changed) x(given up) b(to be abandoned) e(vent).
-- Ids are 1-0, 2-0, ... without holes; a feed without its meta is another one.
local function feed(what)
  local q = redis.call('HINCRBY', M, 'q', 1)
  if q == 1 then redis.call('DEL', F) end
  local source = string.match(caller, '^[^/]*')
  redis.call('XADD', F, 'MAXLEN', '~', ARGV[4], q .. '-0', 'o', what, 'k', ARGV[5], 's', source, 'n', ARGV[3])
  return q
end

-- The epoch, and the last token that was given out.
local epoch, lastToken = unpack(redis.call('HMGET', M, 'ep', 'tok'))
epoch = epoch or '0'

-- Above every earlier one, also if the clock went back or the last one was lost.
local function token()
  local us = T[1] * 1000000 + T[2]
  local last = tonumber(lastToken or '0')
  if us <= last then us = last + 1 end
  local text = int(us)
  redis.call('HSET', M, 'tok', text)
  return text
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

local function live() return redis.call('ZCOUNT', G, '(' .. now, '+inf') end

local function granted(w)
  local runsOut = redis.call('ZSCORE', G, w)
  return runsOut and tonumber(runsOut) > now
end

local function left(exp) return math.max(0, tonumber(exp) - now) end

-- Forgets, now and then, what an index has of records that are gone.
local function tidy(index)
  if T[2] % 64 == 0 then redis.call('ZREMRANGEBYSCORE', index, '-inf', now) end
end

-- Sets how long record and grants stay, and events if there are any. A registered record has no end.
local function keep(ms, index, registered, events)
  if registered then
    redis.call('ZADD', index, '+inf', d)
    return
  end
  redis.call('PEXPIRE', R, ms)
  redis.call('PEXPIRE', G, ms)
  if events then redis.call('PEXPIRE', E, ms) end
  redis.call('ZADD', index, now + ms, d)
end

-- All of the record, and now.
local function dump()
  return {'R', now, redis.call('HGETALL', R)}
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
