import { escapeHtml } from '../common/escape-html.js';

/** What a mail says, apart from how it looks. */
export interface MailContent {
  /** Such as `Hello ada,`. */
  greeting?: string;
  /** The first stands above the code and the button, the others below. */
  paragraphs: [string, ...string[]];
  /** A code to type in. */
  code?: string;
  /** A link to follow: http or https. */
  action?: { label: string; url: string };
  /** Small print, with a link. */
  footer?: { text: string; label: string; url: string };
}

/** The same content as the two parts of a mail. Nothing in it is taken for markup. */
export function mailText({ greeting, paragraphs: [lead, ...rest], code, action, footer }: MailContent): {
  text: string;
  html: string;
} {
  const above = [...(greeting === undefined ? [] : [greeting]), lead];
  return {
    text: [
      ...above,
      ...(code === undefined ? [] : [`    ${code}`]),
      ...(action ? [`${action.label}:\n${action.url}`] : []),
      ...rest,
      ...(footer ? [`-- \n${footer.text} ${footer.label}: ${footer.url}`] : []),
    ].join('\n\n'),
    html: page([
      ...above.map(paragraph),
      ...(code === undefined ? [] : [`<p style="${CODE}">${escapeHtml(code)}</p>`]),
      ...(action
        ? [`<p><a style="${BUTTON}" href="${href(action.url)}">${escapeHtml(action.label)}</a></p>`]
        : []),
      ...rest.map(paragraph),
      ...(footer
        ? [
            `<p style="${SMALL}">${escapeHtml(footer.text)} <a href="${href(footer.url)}">${escapeHtml(footer.label)}</a></p>`,
          ]
        : []),
    ]),
  };
}

const CODE = 'font:700 28px ui-monospace,monospace;letter-spacing:6px';
const SMALL = 'font-size:13px;color:#666;margin-top:2em';
const BUTTON =
  'display:inline-block;padding:10px 18px;border-radius:6px;background:#b3261e;color:#fff;text-decoration:none';

const page = (blocks: string[]): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"></head>',
    '<body style="font:16px/1.5 system-ui,sans-serif;color:#222;max-width:34em;margin:2em auto;padding:0 1em">',
    ...blocks,
    '</body></html>',
  ].join('\n');

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

function href(url: string): string {
  if (!/^https?:\/\//.test(url)) throw new Error('A mail links to http and https only');
  return escapeHtml(url);
}
