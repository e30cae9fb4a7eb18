-- KEYS 1 and 2 are what the names of records and grants begin with.
-- Records of another epoch count as absent; it is a nonce, so that one that was lost with a failover
-- cannot come back as equal.
call('HSET', M, 'ep', ARGV[2])
local events, notEnded, ended = extras()
for _, each in ipairs(call('ZRANGEBYSCORE', notEnded, '+inf', '+inf')) do -- these have no end
  call('UNLINK', R .. each, G .. each, events .. each)
end
call('DEL', notEnded, ended)
return feed('a')
