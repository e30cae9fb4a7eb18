package dev.slipstream.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;

/**
 * Has time pass for a ledger: the server's clock cannot be set, so everything that it holds becomes
 * that much older.
 */
final class ShiftedTime {
  private static final String SCRIPT =
      """
      local by = tonumber(ARGV[1])
      local function int(x) return string.format('%.0f', x) end
      for _, key in ipairs(redis.call('KEYS', '{*}:[rgent]*')) do
        local kind = string.match(key, '}:(.)')
        if kind == 'r' then
          for _, field in ipairs({'exp', 'vt', 'reg', 'og'}) do
            local at = redis.call('HGET', key, field)
            if at then redis.call('HSET', key, field, int(at - by)) end
          end
        elseif kind ~= 'e' then
          local all = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
          for i = 1, #all, 2 do
            if all[i + 1] ~= 'inf' then redis.call('ZADD', key, int(all[i + 1] - by), all[i]) end
          end
        end
        local ttl = redis.call('PTTL', key)
        if ttl > by then redis.call('PEXPIRE', key, int(ttl - by)) end
        if ttl >= 0 and ttl <= by then redis.call('DEL', key) end
      end
      """;

  private ShiftedTime() {}

  static void elapse(RedisCommands<String, String> commands, Duration time) {
    Object ignored =
        commands.eval(
            SCRIPT, ScriptOutputType.STATUS, new String[0], Long.toString(time.toMillis()));
  }
}
