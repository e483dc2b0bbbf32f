/**
 * @param {string} url of any database on the server
 * @param {string} name of the database wanted
 * @returns {string} the same server, role and options
 */
export function urlOfDatabase(url, name) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
}

/**
 * @param {string} url
 * @returns {string} the URL as it may be shown: without its password
 */
export function withoutPassword(url) {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}
