-- Keeps an entry in place of the one before it, if its space has room: 1 if it has, else 0.
-- What has expired is not counted. What Redis itself has pushed out is, until it would have expired.
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

-- The sum is under the one name that no key has: keys begin with their length.
local sum = ''
local entries, bytes = redis.call('ZCARD', expiries), redis.call('HGET', sizes, sum) or 0
for each in pairs(gone) do
  local counted = redis.call('HGET', sizes, each)
  if counted then
    entries, bytes = entries - 1, bytes - counted
  end
end
bytes = math.max(bytes, 0)

-- The first change of all: without memory it fails, and nothing is changed.
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
