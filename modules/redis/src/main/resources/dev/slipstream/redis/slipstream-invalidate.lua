-- Invalidates a key from outside of any node, for nodes whose keys are not hashed and with one shard:
--   redis-cli --eval slipstream-invalidate.lua '{slipstream:rows:1:0}' , DIGEST KEY
-- where DIGEST is the first 16 bytes of the key's SHA-256, in base64 for URLs without padding:
--   printf %s KEY | openssl dgst -sha256 -binary | head -c 16 | basenc --base64url | tr -d =
local tag, d = KEYS[1] .. ':', ARGV[1]
redis.call('DEL', tag .. 'r:' .. d, tag .. 'g:' .. d, tag .. 'e:' .. d)
redis.call('ZREM', tag .. 'n', d)
redis.call('ZREM', tag .. 't', d)
local q = string.format('%.0f', redis.call('HINCRBY', tag .. 'm', 'q', 1))
if q == '1' then redis.call('DEL', tag .. 'f') end
local nonce = string.sub(redis.sha1hex(q .. table.concat(redis.call('TIME'), ' ')), 1, 16)
redis.call('XADD', tag .. 'f', 'MAXLEN', '~', 10000, q .. '-0', 'o', 'i', 'k', ARGV[2], 's', '', 'n', nonce)
return q
