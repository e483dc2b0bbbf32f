import type { Message } from './document.types.js';
import { html, inline, type Html } from './html.js';

/** What has a place of its own on the page, under its name where it is not said otherwise. */
export interface Titled {
  name: string;
  summary?: string | undefined;
  place?: string;
}

export const layout = (title: string, nav: Html, main: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="events/page.css" />
      </head>
      <body>
        <nav aria-label="Contents">${nav}</nav>
        <main>
          <h1 id="guide">${title}</h1>
          <p>
            For machines: <a href="asyncapi.json">the same as AsyncAPI</a>. Over HTTP:
            <a href="../docs">Swagger UI</a>.
          </p>
          ${main}
        </main>
      </body>
    </html>`.text;

export const contents = (title: string, parts: Titled[]): Html =>
  html`<h2>${title}</h2>
    <ul>
      ${parts.map(({ name, place = name }) => html`<li><a href="#${place}">${name}</a></li>`)}
    </ul>`;

export const section = ({ name, summary, place = name }: Titled, body: Html): Html =>
  html`<section id="${place}">
    <h3>${name}</h3>
    ${summary ? html`<p>${inline(summary)}.</p>` : ''} ${body}
  </section>`;

export const samples = ({ examples = [] }: Message): Html =>
  html`${examples.map(({ payload }) => html`<pre>${JSON.stringify(payload, null, 2)}</pre>`)}`;
