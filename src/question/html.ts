import sanitizeHtml from 'sanitize-html';

/** What an author's HTML may hold: text markup, tables, links and pictures; no script, style, form or frame. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img'],
  allowedAttributes: { a: ['href'], img: ['src', 'alt', 'width', 'height'], td: ['colspan', 'rowspan'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['https'] },
  allowProtocolRelative: false,
  transformTags: {
    img: (tagName, attribs) => ({ tagName, attribs: { ...attribs, ...securely(attribs['src']) } }),
  },
};

/** Over https, as browsers fetch pictures of pages that came over https; none of a file that Moodle kept beside the question. */
function securely(address: string | undefined): { src?: string } {
  if (address === undefined) return {};
  const src = address.trim();
  return { src: /^@@\w+@@/.test(src) ? '' : src.replace(/^(?:http:)?(?=[\\/]{2})/i, 'https:') };
}

/** HTML that is safe to show to others. */
export function sanitise(html: string): string {
  return sanitiseTags(html).trim();
}

/** The same with the white space around it. */
export function sanitiseTags(html: string): string {
  return sanitizeHtml(html, ALLOWED);
}

/** Whether sanitised HTML has a picture that had no address, or none that may be shown. */
export const hasLostPicture = (html: string): boolean => /<img(?![^>]* src=)/.test(html);

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
