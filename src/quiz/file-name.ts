import { cut } from '../question/text.js';

const LENGTH = 80;

/**
 * The `Content-Disposition` of a file named after a title: in ASCII letters for old clients, in full for the others
 * (RFC 6266, RFC 8187). Nothing of the title reaches the header unescaped, and no path does.
 */
export function attachment(title: string, extension: string): string {
  const ascii = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, LENGTH)
    .replace(/^-+|-+$/g, '');
  const full = cut(title.replace(/[\s\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ').trim() || 'quiz', LENGTH);
  const encoded = encodeURIComponent(`${full}.${extension}`).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii === '' ? 'quiz' : ascii}.${extension}"; filename*=UTF-8''${encoded}`;
}
