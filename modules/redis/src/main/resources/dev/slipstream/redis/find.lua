local r = load()
if r then return dump() end
redis.call('ZREM', KEYS[6], d); redis.call('ZREM', KEYS[7], d)
return {'?'}
