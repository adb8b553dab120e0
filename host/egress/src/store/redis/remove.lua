-- Removes an entry, if there is one.
local entry, expiries, sizes, plugins, spaces = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local key, plugin, space = ARGV[1], ARGV[2], ARGV[3]

redis.call('DEL', entry)
local size = redis.call('HGET', sizes, key)
if size then
  local left = redis.call('HINCRBY', sizes, '', -size)
  redis.call('HDEL', sizes, key)
  redis.call('ZREM', expiries, key)
  -- A space that was last written by an earlier version of the host is not among the counted ones.
  local before = redis.call('ZSCORE', spaces, space)
  if before then
    redis.call('ZADD', spaces, left, space)
    redis.call('ZINCRBY', plugins, left - before, plugin)
  end
end
