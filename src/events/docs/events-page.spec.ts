import { describe, expect, it } from '@jest/globals';
import type { AsyncApiDocument } from './document.types.js';
import { EventsPage } from './events-page.js';

const HOSTILE = `<script src='/a?b&c'></script>`;
const ESCAPED = '&lt;script src=&#39;/a?b&amp;c&#39;&gt;&lt;/script&gt;';

/** One event on one topic, its texts as given. */
const documentOf = (text: string): AsyncApiDocument => ({
  asyncapi: '3.0.0',
  info: { title: text, version: '1', description: `${text} and **bold** \`code\`` },
  defaultContentType: 'application/json',
  servers: {},
  operations: {},
  channels: {
    room: {
      address: text,
      title: text,
      description: text,
      messages: { [text]: { $ref: `#/components/messages/${text}` } },
      'x-snapshot': { $ref: '#/components/schemas/State' },
    },
  },
  components: {
    messages: {
      [text]: {
        name: text,
        summary: text,
        payload: { allOf: [{ properties: { data: { $ref: '#/components/schemas/State' } } }] },
        examples: [{ payload: { name: text } }],
      },
    },
    schemas: {
      State: {
        type: 'object',
        properties: {
          [text]: { type: ['string', 'null'], format: 'uuid', description: text },
          list: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
        },
        required: [text],
      },
      Item: { type: 'object', properties: { rank: { enum: [text, 2] } } },
    },
    securitySchemes: {},
  },
});

describe('the page of the events', () => {
  it('escapes whatever it shows', () => {
    const page = new EventsPage(documentOf(HOSTILE)).render();
    expect(page).not.toContain('<script');
    expect(page).toContain(`<title>${ESCAPED}</title>`);
    expect(page).toContain(`<section id="${ESCAPED}">`);
    expect(page).toContain(`${ESCAPED} and <strong>bold</strong> <code>code</code>`);
    // All that is left of the text is what the templates hold.
    expect(page.replaceAll(ESCAPED, '')).not.toContain('/a?b');
  });

  it('shows what may be null, what may be left out, and what is nested', () => {
    const page = new EventsPage(documentOf('name')).render().replace(/\s+/g, ' ');
    expect(page).toContain('<td><code>name</code></td> <td>string (uuid) or null</td>');
    expect(page).toContain('<td><code>list</code> <small>optional</small></td> <td>list of Item</td>');
    expect(page).toContain('<td><code>list[].rank</code> <small>optional</small></td>');
    expect(page).toContain('&quot;name&quot; or 2');
  });
});
