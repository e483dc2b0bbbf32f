import sanitizeHtml from 'sanitize-html';

/** What an author's HTML may hold: text markup, tables, links and pictures; no script, style, form or frame. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img'],
  allowedAttributes: { a: ['href'], img: ['src', 'alt', 'width', 'height'], td: ['colspan', 'rowspan'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['https'] },
  allowProtocolRelative: false,
};

/** HTML that is safe to show to others. */
export function sanitise(html: string): string {
  return sanitiseTags(html).trim();
}

/** The same with the white space around it. */
export function sanitiseTags(html: string): string {
  return sanitizeHtml(html, ALLOWED);
}

/** Plain text as HTML that shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The text an HTML fragment shows. */
export function stripTags(html: string): string {
  const text = sanitizeHtml(html, { allowedTags: [], allowedAttributes: {} });
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
}
