-- Announces who comes into the first ranks of a board, and who leaves them, with the data of leaderboard.events.ts. Included
-- by the scripts that move members.
-- @include ../../events/lua/topic.lua

-- `it`: board, topN (0 nobody is announced), unit (what one point adds to a score), newEpoch, and the keys standings,
-- hidden, ready, topic, stream.
local function announcerOf(it)
  -- Keys of a wrong type fail here, before anything is written.
  redis.call('ZCARD', it.standings)
  redis.call('SCARD', it.hidden)
  redis.call('HLEN', it.topic)
  redis.call('XLEN', it.stream)
  local marker = redis.call('GET', it.ready)
  local whole

  -- A marker of another run: this Redis may have lost its last second, and would announce the same again.
  local function isWhole()
    if whole == nil then whole = marker and marker == runId() end
    return whole
  end

  -- Exact: scores are integers below 2^53, and unit is a power of two.
  local function pointsOf(score) return math.floor(tonumber(score) / it.unit) end

  -- Whoever does not want to be seen is told of without a name.
  local function shown(userId, value)
    if not userId or redis.call('SISMEMBER', it.hidden, userId) == 1 then return cjson.null end
    return value
  end

  local function isTop(rank) return rank > 0 and rank <= it.topN end

  local function append(id, kind, data)
    appendEvent(it.topic, it.stream, it.newEpoch, id, kind, cjson.encode(data))
  end

  local announcer = { marker = marker }

  -- From 1; -1 without a rank, or while the board is being rebuilt: one among half of the users would be false.
  function announcer.rankOf(userId)
    if not marker then return -1 end
    local index = redis.call('ZREVRANK', it.standings, userId)
    return index and index + 1 or -1
  end

  local cutoff

  -- Whether somebody with this score may have one of the first ranks, as the board is when this is first asked.
  function announcer.mayBeTop(score)
    if not (score and marker) or it.topN == 0 then return false end
    if not cutoff then
      local last = redis.call('ZREVRANGE', it.standings, it.topN - 1, it.topN - 1, 'WITHSCORES')[2]
      cutoff = last and tonumber(last) or -math.huge
    end
    return tonumber(score) >= cutoff
  end

  local function left(id, userId, rank, score)
    append(id, 'leaderboard.top10.left', {
      board = it.board, userId = shown(userId, userId), rank = rank > 0 and rank or cjson.null, score = pointsOf(score),
    })
  end

  -- `entry`: userId, username, score, enteredId, leftId; ranks before and after it was written.
  function announcer.rose(entry, before, after)
    if not isTop(after) or isTop(before) or not isWhole() then return end
    local displaced, displacedScore = unpack(redis.call('ZREVRANGE', it.standings, it.topN, it.topN, 'WITHSCORES'))
    append(entry.enteredId, 'leaderboard.top10.entered', {
      board = it.board, userId = shown(entry.userId, entry.userId), username = shown(entry.userId, entry.username),
      rank = after, previousRank = before > 0 and before or cjson.null,
      score = pointsOf(entry.score), displacedUserId = shown(displaced, displaced),
    })
    if displaced then left(entry.leftId, displaced, it.topN + 1, displacedScore) end
  end

  -- `score`: what is left, or what there was.
  function announcer.fell(leftId, userId, before, after, score)
    if isTop(before) and not isTop(after) and isWhole() then left(leftId, userId, after, score) end
  end

  return announcer
end
