/** The pages of the mail catcher. Everything a mail brings is a stranger's text: escaped. */

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (/** @type {string} */ text) => text.replaceAll(/[&<>"']/g, (found) => escapes[found]);

const style = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: 1rem }
:root { color-scheme: light dark }`;

const page = (title, body, head = '') =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>${head}` +
  `<style>${style}</style><body>${body}</body></html>`;

/** @param {import('./mail-catcher.mjs').CaughtMail[]} messages newest first */
export function inboxPage(messages) {
  const rows = messages.map(
    ({ id, receivedAt, to, subject }) =>
      `<tr><td>${receivedAt.slice(0, 19).replace('T', ' ')}<td>${escapeHtml(to.join(', '))}` +
      `<td><a href="/messages/${id}">${escapeHtml(subject || '(no subject)')}</a>`,
  );
  const table = `<table><tr><th>Received (UTC)<th>To<th>Subject${rows.join('')}</table>`;
  const body = messages.length > 0 ? table : '<p>No mail yet. This page looks again every 5 seconds.</p>';
  return page('Inbox', `<h1>Inbox</h1>${body}`, '<meta http-equiv="refresh" content="5">');
}

/** @param {import('./mail-catcher.mjs').CaughtMail} mail */
export function messagePage({ from, to, subject, receivedAt, text }) {
  const linked = escapeHtml(text).replaceAll(
    /https?:\/\/[^\s<]+/g,
    (url) => `<a href="${url}" rel="noreferrer">${url}</a>`,
  );
  return page(
    subject,
    `<p><a href="/">Inbox</a></p><h1>${escapeHtml(subject || '(no subject)')}</h1>` +
      `<p>From ${escapeHtml(from)}<br>To ${escapeHtml(to.join(', '))}<br>${receivedAt}</p><pre>${linked}</pre>`,
  );
}
