-- Replaces an entry, if the new one fits into its space. Returns 1 if it fits, else 0.
-- Expired entries do not count. Entries that Redis has evicted count until they would have expired.
local entry, expiries, sizes = KEYS[1], KEYS[2], KEYS[3]
local key, value = ARGV[1], ARGV[2]
local keep, size = tonumber(ARGV[3]), tonumber(ARGV[4])
local most_entries, most_bytes, longest = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local gone = { [key] = true }
for _, expired in ipairs(redis.call('ZRANGEBYSCORE', expiries, '-inf', now)) do
  gone[expired] = true
end

-- The empty name holds the sum. No key has it, as keys begin with their length.
local sum = ''
local entries, bytes = redis.call('ZCARD', expiries), redis.call('HGET', sizes, sum) or 0
for each in pairs(gone) do
  local counted = redis.call('HGET', sizes, each)
  if counted then
    entries, bytes = entries - 1, bytes - counted
  end
end
bytes = math.max(bytes, 0)

-- The first write: if Redis is out of memory it fails, and nothing is changed.
local fits = entries < most_entries and bytes + size <= most_bytes
if fits then
  redis.call('SET', entry, value, 'PX', keep)
else
  redis.call('DEL', entry)
end
for each in pairs(gone) do
  redis.call('HDEL', sizes, each)
  redis.call('ZREM', expiries, each)
end
if fits then
  redis.call('HSET', sizes, key, size)
  redis.call('ZADD', expiries, now + keep, key)
  bytes = bytes + size
end
redis.call('HSET', sizes, sum, bytes)
redis.call('PEXPIRE', sizes, longest)
redis.call('PEXPIRE', expiries, longest)
return fits and 1 or 0
