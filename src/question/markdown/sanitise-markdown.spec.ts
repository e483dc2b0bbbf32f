import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { sanitiseMarkdown } from './sanitise-markdown.js';

const FENCE = '```';

describe('Markdown that is safe', () => {
  it.each([
    '> a quote with <, > and & in it\n>\n> - a list',
    'a < b && c > d, List<K,V>, 1<2 and <3',
    'What does `<script>alert(1)</script>` do?',
    "Of ``a ` <b onclick=x>`` and `vector<int>` **one** is right, *isn't it*?",
    `How many tags?\n\n${FENCE}html\n<div onclick="x()">\n  <script src="y"></script>\n\n</div>\n${FENCE}\n\nAnd [here](https://x.org "a < b")?`,
    '~~~\n<svg onload=x>\n~~~',
    `1. Look at this:\n\n   ${FENCE}jsx\n   <App onClick={go} />\n   ${FENCE}\n\n2. Go on.`,
    `## A head\n${FENCE}\n[x](javascript:alert(1))\n${FENCE}`,
    'See <https://x.org/?a=b&c=d>, <mailto:a@b.org>, <A.b@c.org> and [x](mailto:a@b.org).',
    '[a](/relative), [b](#here), [c](x/y.html?z=1:2), [d](//x.org), [e](<https://x.org/a b>)'.replace(
      ' b>',
      '>',
    ),
    '[1]: https://x.org "Title"\n[2]: /local\n[Note]: remember: all of it counts',
    '[see 1](or: this one) and [x]: y: z',
    '| a | b |\n|---|---|\n| `x` | *y* |',
    'Tom &amp; Jerry, &lt;b&gt;, 5 &times; 3',
    'A <b>bold</b> and an <img src="https://x.org/a.png" alt="a" /> in it',
    '    if (a < b && c)\n        #include <stdio.h>'.trim(),
    'x\\*y, \\[z\\] and C:\\temp\\new',
  ])('stays as it is: %j', (text) => {
    expect(sanitiseMarkdown(text)).toBe(text);
  });
});

describe('Markdown that is not', () => {
  it.each([
    ['Hi <script>alert(1)</script>you', 'Hi you'],
    ['<b onclick="x()">Hi</b>', '<b>Hi</b>'],
    ['<img src=x onerror=alert(1)>', '<img src="x" />'],
    ['<div>\n`<script>alert(1)</script>`\n</div>', '<div>\n``\n</div>'],
    ['<a href="javascript:x">a</a>', '<a>a</a>'],
    ['a <b>c', 'a <b>c</b>'],
    [`<b>\n\n${FENCE}\nx\n${FENCE}`, `<b>\n\n${FENCE}\nx\n${FENCE}\n\n</b>`],
    ['a <!-- b --> c', 'a  c'],
    ['a <b and c', 'a &lt;b and c'],
    ['a <x, onclick=y>', 'a &lt;x, onclick=y>'],
    ['<pre> a <x,\n\nonclick=y>', '<pre> a &lt;x,\n\nonclick=y></pre>'],
    ['<script/x', '&lt;script/x'],
    ['Use the <script> tag', 'Use the &lt;script> tag'],
    ['a \\<svg onload=x>', 'a &lt;svg onload=x>'],
    ['[x](javascript:alert(1))', '[x](#alert(1))'],
    ['[x](JavaScript:alert(1) "t")', '[x](#alert(1) "t")'],
    ['[x](<javascript:alert(1)>)', '[x](<#alert(1)>)'],
    ['[x](&#106;avascript&colon;alert(1))', '[x](#alert(1))'],
    ['[x](java&Tab;script\\:alert(1))', '[x](#alert(1))'],
    ['[x](\n  javascript:alert(1))', '[x](\n  #alert(1))'],
    ['> [x](\n> javascript:alert(1))', '> [x](\n> #alert(1))'],
    ['[`x`](javascript:alert(1))', '[`x`](#alert(1))'],
    ['![x](data:image/png;base64,AA)', '![x](#image/png;base64,AA)'],
    ['[x]: javascript:alert(1)\n\n[x]', '[x]: #alert(1)\n\n[x]'],
    ['[`x` y\\[z]:\n<vbscript:x> "t"', '[`x` y\\[z]:\n<#x> "t"'],
    ['<javascript:alert(1)>', '&lt;javascript:alert(1)>'],
    ['<https:/onclick=alert(1)>', '&lt;https:/onclick=alert(1)>'],
    ['- `a\n- <script>alert(1)</script> `', '- `a\n-  `'],
    ['a ` b\nc ` <img onerror=x> ` d', 'a ` b\nc ` <img /> ` d'],
    [`1. a\n\n   ${FENCE}\n<script>alert(1)</script>\n   ${FENCE}`, `1. a\n\n   ${FENCE}\n\n   ${FENCE}`],
    [`   ${FENCE}\n${FENCE}\n<script>alert(1)</script>`, `   ${FENCE}\n${FENCE}`.trim()],
    [`a\n     ${FENCE}\n     <svg onload=x>\n\n     ${FENCE}`, `a\n     ${FENCE}\n     \n\n     ${FENCE}`],
    [`<pre>\n\n${FENCE}\n<svg onload=x>\n${FENCE}`, `<pre>\n\n${FENCE}\n\n${FENCE}</pre>`],
    [`${FENCE}\n<svg onload=x>`, FENCE],
    ['| ` | <svg onload=x> ` |\n|---|---|', '| ` |  ` |\n|---|---|'],
    ['https://x.org/` <svg onload=x>`', 'https://x.org/` `'],
    [' a\r\n<i x=y>b</i>\r\n', 'a\n<i>b</i>'],
  ])('%j becomes %j', (text, clean) => {
    expect(sanitiseMarkdown(text)).toBe(clean);
    expect(sanitiseMarkdown(clean)).toBe(clean);
  });

  /** What a reader of Markdown that lets HTML through makes of it, with what is dangerous in that. */
  function dangersOf(markdown: string): string[] {
    const dangers: string[] = [];
    const allowed = [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'input'];
    const parser = new Parser({
      onopentag: (name, attributes) => {
        // A name with other signs, such as `https:`, is a text that was read as a tag: an element that does nothing.
        if (/^[a-z\d-]+$/.test(name) && !allowed.includes(name)) dangers.push(name);
        for (const [key, value] of Object.entries(attributes)) {
          if (key.startsWith('on') || key === 'style') dangers.push(key);
          if (['href', 'src'].includes(key) && !isSafe(value)) dangers.push(value);
        }
      },
    });
    parser.end(marked.parse(markdown, { async: false }));
    return dangers;
  }

  const isSafe = (address: string): boolean =>
    !URL.canParse(address, 'https://x.org') ||
    ['http:', 'https:', 'mailto:', 'ftp:'].includes(new URL(address, 'https://x.org').protocol);

  const structure = [
    '\n',
    '\n',
    '\n\n',
    ' ',
    '    ',
    '  ',
    '> ',
    '- ',
    '1. ',
    '`',
    '`',
    '``',
    FENCE,
    `${FENCE}\n`,
    '~~~\n',
  ];
  const words = [
    'a',
    'b ',
    '\\',
    '|',
    '|-|\n',
    '# ',
    '[',
    ']',
    '](',
    ')',
    ']: ',
    '[a]: ',
    '(',
    '<',
    '>',
    '"',
    "'",
    '&',
    '![',
  ];
  const tags = [
    '<!--',
    '-->',
    '<?',
    '<!X ',
    '<div>',
    '</div>',
    '<div\n',
    '<pre>',
    '</pre>',
    '<b>',
    '</b>',
    '<a title="`">',
  ];
  const bad = [
    '<script>',
    '</script>',
    '<svg onload=x>',
    '<img src=x onerror=x>',
    '<style>',
    '<textarea>',
    '<option>',
    '<xmp>',
  ];
  const links = [
    'javascript:x',
    'javascript&colon;x',
    '&#106;avascript:x',
    'java\\script:',
    '<javascript:x>',
    '<https:/onclick=x>',
  ];
  const more = [
    'https://x.org',
    'www.x.org',
    '<https://x.org/',
    '<a@b.c>',
    '=',
    'x="',
    '<https://x.org>',
    'onclick=x',
  ];
  const junk = fc
    .array(fc.constantFrom(...structure, ...words, ...tags, ...bad, ...links, ...more), { maxLength: 25 })
    .map((tokens) => tokens.join(''));

  it('does no harm afterwards, whatever it is, and is left alone the second time', () => {
    fc.assert(
      fc.property(junk, (text) => {
        const clean = sanitiseMarkdown(text);
        expect(dangersOf(clean)).toEqual([]);
        expect(sanitiseMarkdown(clean)).toBe(clean);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is cleaned in a moment, whatever it is', () => {
    const heavy = [
      '<a>',
      '<b></b>',
      '<!--',
      '<a b="',
      "<a b='",
      '](x:',
      ']:a:',
      '[a]: b:\n',
      '`',
      '` ',
      '<https://',
      '&',
      '\\<',
    ];
    const start = performance.now();
    for (const token of [...heavy, ...structure, ...tags, ...bad, ...links])
      sanitiseMarkdown(token.repeat(20_000 / token.length));
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('is shown as it is written where it has more tags than any text', () => {
    for (const text of ['<b>'.repeat(600), '</p>'.repeat(600), '<i></i>'.repeat(3_000)]) {
      const clean = sanitiseMarkdown(text);
      expect(clean).not.toContain('<');
      expect(sanitiseMarkdown(clean)).toBe(clean);
    }
  });
});
