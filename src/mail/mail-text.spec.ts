import { describe, expect, it } from '@jest/globals';
import { mailText } from './mail-text.js';

describe('mailText', () => {
  it('says the same in both parts, the code and the link below the first paragraph', () => {
    const { text, html } = mailText({
      greeting: 'Hello ada,',
      paragraphs: ['first', 'second'],
      code: '042317',
      action: { label: 'Go on', url: 'https://example.org/?a=1&b=2' },
    });
    expect(text).toBe('Hello ada,\n\nfirst\n\n    042317\n\nGo on:\nhttps://example.org/?a=1&b=2\n\nsecond');
    const shown = html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(shown.trim()).toBe('Hello ada, first 042317 Go on second');
    expect(html).toContain('href="https://example.org/?a=1&amp;b=2"');
  });

  it('takes nothing for markup', () => {
    const { html } = mailText({ greeting: `<b>"O'Neil" & co</b>`, paragraphs: ['<script>x</script>'] });
    expect(html).toContain('&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co&lt;/b&gt;');
    expect(html).not.toMatch(/<script|<b>/);
  });

  it('links to http and https only', () => {
    const to = (url: string) => () => mailText({ paragraphs: ['x'], action: { label: 'x', url } });
    expect(to('javascript:alert(1)')).toThrow();
    expect(to('http://localhost:3000/x')).not.toThrow();
  });
});
