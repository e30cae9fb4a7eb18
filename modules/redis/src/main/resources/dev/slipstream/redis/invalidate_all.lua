-- KEYS 1 to 3 are what the names of records, grants and events begin with.
-- Records of another epoch count as absent; it is a nonce, so that one that was lost with a failover
-- cannot come back as equal.
redis.call('HSET', M, 'ep', ARGV[3])
for _, each in ipairs(redis.call('ZRANGEBYSCORE', KEYS[6], '+inf', '+inf')) do -- these have no end
  redis.call('UNLINK', R .. each, G .. each, E .. each)
end
redis.call('DEL', KEYS[6], KEYS[7])
return feed('a')
