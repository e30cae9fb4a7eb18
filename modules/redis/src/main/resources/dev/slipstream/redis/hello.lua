-- KEYS: 1 meta, 2 feed. ARGV: 1 a nonce for a new meta, then pairs of an id of the feed and its nonce
if redis.call('HSETNX', KEYS[1], 'inc', ARGV[1]) == 1 then redis.call('HSETNX', KEYS[1], 'q', 0) end
local missing = 0
for i = 2, #ARGV, 2 do
  local e = redis.call('XRANGE', KEYS[2], ARGV[i] .. '-0', ARGV[i] .. '-0')[1]
  if not e or e[2][8] ~= ARGV[i + 1] then missing = missing + 1 end
end
local m = redis.call('HMGET', KEYS[1], 'inc', 'q')
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
return {m[1], m[2] or '0', missing, first and string.match(first[1], '^%d+') or '0', first and first[2][8] or ''}
