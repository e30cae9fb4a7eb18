local r = load()
if r then return dump() end
local _, notEnded, ended, d = extras() -- a record that was evicted may still be listed
call('ZREM', notEnded, d)
call('ZREM', ended, d)
return {'?'}
