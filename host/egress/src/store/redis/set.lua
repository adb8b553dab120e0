-- Replaces an entry, if the new one fits into its space. Makes room in the store by evicting entries of its largest
-- user. Returns 1 if the entry fits, else 0; then, for each plugin concerned, its part of names, its bytes and the
-- number of its evicted entries.
-- Expired entries do not count, nor those that would live longer than any may: they were written while the clock was
-- ahead. Entries that Redis has evicted count until they would have expired.
local entry, expiries, sizes, plugins = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local key, value = ARGV[1], ARGV[2]
local keep, size = tonumber(ARGV[3]), tonumber(ARGV[4])
local most_entries, most_bytes, longest = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local most_of_all, most_evicted = tonumber(ARGV[8]), tonumber(ARGV[9])
local prefix, plugin, space = ARGV[10], ARGV[11], ARGV[12]

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local latest = now + longest

local gone = { [key] = true }
for _, expired in ipairs(redis.call('ZRANGEBYSCORE', expiries, '-inf', now)) do
  gone[expired] = true
end
for _, ahead in ipairs(redis.call('ZRANGEBYSCORE', expiries, '(' .. string.format('%.0f', latest), '+inf')) do
  gone[ahead] = true
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
local fits = entries < most_entries and bytes + size <= most_bytes and size <= most_of_all
if fits then
  redis.call('SET', entry, value, 'PX', keep)
else
  redis.call('DEL', entry)
end
for each in pairs(gone) do
  -- Redis itself would keep those that were written while the clock was ahead.
  if each ~= key then
    redis.call('DEL', prefix .. 'n' .. space .. each)
  end
  redis.call('HDEL', sizes, each)
  redis.call('ZREM', expiries, each)
end

-- Records the bytes of a space, for its plugin and for the choice of whose entries are evicted.
local function record(of_plugin, of_space, now_bytes)
  local its_spaces = prefix .. 'q' .. of_plugin
  local before = tonumber(redis.call('ZSCORE', its_spaces, of_space) or 0)
  if now_bytes > 0 then
    redis.call('ZADD', its_spaces, now_bytes, of_space)
  else
    redis.call('ZREM', its_spaces, of_space)
  end
  if redis.call('ZCARD', its_spaces) > 0 then
    redis.call('ZINCRBY', plugins, now_bytes - before, of_plugin)
    redis.call('PEXPIRE', its_spaces, longest)
  else
    redis.call('ZREM', plugins, of_plugin)
  end
end
-- A space that was not written for the longest lifetime has no entries left.
local written = prefix .. 't' .. plugin
redis.call('ZADD', written, now, space)
redis.call('PEXPIRE', written, longest)
for _, idle in ipairs(redis.call('ZRANGEBYSCORE', written, '-inf', now - longest, 'LIMIT', 0, 100)) do
  record(plugin, idle, 0)
  redis.call('ZREM', written, idle)
end
record(plugin, space, bytes)

-- Returns the plugin that uses most and its largest space, with the new entry counted, and the bytes of all.
local function largest()
  local all, victim, most = 0, nil, -1
  local used = redis.call('ZRANGE', plugins, 0, -1, 'WITHSCORES')
  for i = 1, #used, 2 do
    local name, its = used[i], tonumber(used[i + 1])
    -- The spaces of a plugin that has used none for long have expired with their entries.
    if redis.call('EXISTS', prefix .. 'q' .. name) == 0 then
      redis.call('ZREM', plugins, name)
    else
      all = all + its
      local with_new = name == plugin and its + size or its
      if with_new > most or (with_new == most and name == plugin) then
        victim, most = name, with_new
      end
    end
  end
  if not victim then
    return all
  end
  local top = redis.call('ZREVRANGE', prefix .. 'q' .. victim, 0, 0, 'WITHSCORES')
  local from, its = top[1], tonumber(top[2])
  if victim == plugin and bytes > 0 and bytes + size >= its then
    from = space
  end
  return all, victim, from
end

local evicted = {}
local count = 0
while fits do
  local all, victim, from = largest()
  if all + size <= most_of_all then
    break
  end
  if not victim or count >= most_evicted then
    fits = false
    break
  end
  local its_expiries, its_sizes = prefix .. 'e' .. from, prefix .. 's' .. from
  local first = redis.call('ZREVRANGE', its_expiries, 0, 0, 'WITHSCORES')
  if not first[1] or tonumber(first[2]) <= latest then
    first = redis.call('ZRANGE', its_expiries, 0, 0, 'WITHSCORES')
  end
  local left = 0
  if first[1] then
    local freed = tonumber(redis.call('HGET', its_sizes, first[1]) or 0)
    redis.call('DEL', prefix .. 'n' .. from .. first[1])
    redis.call('HDEL', its_sizes, first[1])
    redis.call('ZREM', its_expiries, first[1])
    left = math.max(tonumber(redis.call('HGET', its_sizes, sum) or 0) - freed, 0)
    if from == space then
      left = math.max(bytes - freed, 0)
    end
    redis.call('HSET', its_sizes, sum, left)
    -- What has expired is no loss.
    if tonumber(first[2]) > now and tonumber(first[2]) <= latest then
      evicted[victim] = (evicted[victim] or 0) + 1
    end
    count = count + 1
  end
  if from == space then
    bytes = left
  end
  record(victim, from, left)
end

if fits then
  redis.call('HSET', sizes, key, size)
  redis.call('ZADD', expiries, now + keep, key)
  bytes = bytes + size
  record(plugin, space, bytes)
else
  redis.call('DEL', entry)
end
redis.call('HSET', sizes, sum, bytes)
redis.call('PEXPIRE', sizes, longest)
redis.call('PEXPIRE', expiries, longest)
redis.call('PEXPIRE', plugins, longest)

evicted[plugin] = evicted[plugin] or 0
local concerned = {}
for name, entries_of_it in pairs(evicted) do
  local its = tonumber(redis.call('ZSCORE', plugins, name) or 0)
  table.insert(concerned, { name, its, entries_of_it })
end
return { fits and 1 or 0, concerned }
