/** Pino's JSON lines as a person reads them; every other line as it is. */

const levels = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const hidden = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err', 'name', 'v']);

/**
 * @param {string} line
 * @returns {string} one or more lines
 */
export function readableLine(line) {
  const entry = parse(line);
  if (!entry) return line;
  const time = new Date(entry.time).toISOString().slice(11, 23);
  const rest = Object.entries(entry).filter(([key]) => !hidden.has(key));
  const context = rest.map(([key, value]) => ` ${key}=${JSON.stringify(value)}`).join('');
  const stack = entry.err?.stack ? `\n${entry.err.stack}` : '';
  return `${time} ${levels[entry.level] ?? entry.level} ${entry.msg ?? ''}${context}${stack}`;
}

function parse(line) {
  if (!line.startsWith('{')) return null;
  try {
    const entry = JSON.parse(line);
    return 'level' in entry && Number.isFinite(new Date(entry.time).getTime()) ? entry : null;
  } catch {
    return null;
  }
}
