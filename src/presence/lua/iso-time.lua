-- A time in ms as text, as in 2026-11-25T09:00:00.000Z. Redis gives scripts no calendar; this is that of Howard Hinnant's
-- civil_from_days (https://howardhinnant.github.io/date_algorithms.html): years begin in March, so that leap days are last.
local function isoTime(ms)
  local day, left = math.floor(ms / 86400000) + 719468, ms % 86400000
  local era = math.floor(day / 146097)
  local inEra = day - era * 146097
  local year = math.floor(
    (inEra - math.floor(inEra / 1460) + math.floor(inEra / 36524) - math.floor(inEra / 146096)) / 365
  )
  local inYear = inEra - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * inYear + 2) / 153)
  local date = inYear - math.floor((153 * month + 2) / 5) + 1
  month = month < 10 and month + 3 or month - 9
  year = year + era * 400 + (month <= 2 and 1 or 0)
  local second = math.floor(left / 1000)
  return string.format(
    '%04d-%02d-%02dT%02d:%02d:%02d.%03dZ',
    year, month, date,
    math.floor(second / 3600), math.floor(second / 60) % 60, second % 60, left % 1000
  )
end
