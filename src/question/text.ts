/** The number of Unicode code points: what a limit in "characters" means here. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** At most `length` code points, the last an ellipsis where there were more. */
export function cut(text: string, length: number): string {
  const points = Array.from(text.slice(0, 2 * length + 2));
  return points.length > length ? `${points.slice(0, length - 1).join('')}…` : text;
}
