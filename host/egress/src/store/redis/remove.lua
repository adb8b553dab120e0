-- Removes an entry, if there is one.
local entry, expiries, sizes = KEYS[1], KEYS[2], KEYS[3]
local key = ARGV[1]

redis.call('DEL', entry)
local size = redis.call('HGET', sizes, key)
if size then
  redis.call('HINCRBY', sizes, '', -size)
  redis.call('HDEL', sizes, key)
  redis.call('ZREM', expiries, key)
end
