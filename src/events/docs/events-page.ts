import { sentAs } from './client-messages.js';
import type { AsyncApiDocument, Channel, Message } from './document.types.js';
import { fieldTable, typeText } from './field-table.js';
import { html, inline, markdown, type Html } from './html.js';
import { nameOf, type JsonSchema } from './json-schema.js';
import { contents, layout, samples, section, type Titled } from './page-parts.js';

/**
 * The AsyncAPI document as a page, for people. Without a script, so that it needs nothing of the Content-Security-Policy
 * that other pages do not have: the React component of AsyncAPI is 3 MB that evaluate code.
 */
export class EventsPage {
  private readonly requests: Message[];
  private readonly topics: Channel[];
  /** What is shown once, not where it is sent: the envelope, and what acknowledgements consist of. */
  private readonly shapes: { name: string; schema: JsonSchema }[];

  constructor(private readonly document: AsyncApiDocument) {
    const { client, ...topics } = document.channels;
    const sent = this.messagesOf(client);
    const names = ['EventEnvelope', ...refsIn(sent.filter(isAcknowledgement).map(({ payload }) => payload))];
    this.requests = sent.filter((message) => !isAcknowledgement(message));
    this.topics = Object.values(topics);
    this.shapes = [...new Set(names)].map((name) => ({ name, schema: this.schema(name) }));
  }

  /** The whole page, as HTML. */
  render(): string {
    const { title, description } = this.document.info;
    return layout(
      title,
      html`<p><a href="#guide">Guide</a></p>
        ${contents('The client sends', this.requests.map(placed))}
        ${this.topics.map((topic) => contents(`On ${topic.address}`, this.messagesOf(topic)))}
        ${contents('Shapes', this.shapes)}`,
      html`${markdown(description)}
        <h2>The client sends</h2>
        ${this.requests.map((message) => this.request(message))}
        ${this.topics.map((topic) => this.topic(topic))}
        <h2>Shapes</h2>
        ${this.shapes.map(({ name, schema }) =>
          section({ name, summary: schema.description }, this.fields(schema)),
        )}`,
    );
  }

  private request(message: Message): Html {
    const [first, ...others] = message.payload.oneOf ?? [message.payload];
    const answer = this.document.components.messages[`${message.name}.acknowledgement`];
    const data = answer?.payload.oneOf?.[0]?.properties?.['data'] ?? {};
    return section(
      placed(message),
      html`${this.fields(first ?? {})}
        ${others.map(
          (schema) =>
            html`<p>or</p>
              ${this.fields(schema)}`,
        )}
        <h4>Examples</h4>
        ${samples(message)}
        <h4>Acknowledgement</h4>
        <p>
          <code>data</code>: ${this.linked(typeText(data, this.resolve))}. What failed is answered with a
          <a href="#Refusal">Refusal</a>.
        </p>
        ${answer ? samples(answer) : ''}`,
    );
  }

  private topic(topic: Channel): Html {
    const snapshot = topic['x-snapshot'];
    return html`<h2>The server sends on <code>${topic.address}</code></h2>
      <p>${inline(topic.description)}.</p>
      ${this.messagesOf(topic).map((message) => this.event(message, topic))}
      ${snapshot ? this.snapshot(topic.address, snapshot) : ''}`;
  }

  private event(message: Message, { address }: Channel): Html {
    const data = message.payload.allOf?.at(-1)?.properties?.['data'] ?? {};
    const fate = isTransient(message) ? 'transient: `seq` is null, nothing is replayed' : 'replayed';
    return section(
      message,
      html`<p class="facts">Topic <code>${address}</code>, ${inline(fate)}. Its <code>data</code>:</p>
        ${this.fields(data)}
        <h4>Example</h4>
        ${samples(message)}`,
    );
  }

  private snapshot(address: string, schema: JsonSchema): Html {
    const summary = 'What `subscribe` answers who cannot be caught up';
    return section({ name: `snapshot of ${address}`, summary }, this.fields(schema));
  }

  private linked = (types: string): Html[] =>
    types
      .split(/(\w+)/)
      .map((word) =>
        this.shapes.some(({ name }) => name === word) ? html`<a href="#${word}">${word}</a>` : html`${word}`,
      );

  private fields = (schema: JsonSchema): Html => fieldTable(schema, this.resolve);

  private resolve = (schema: JsonSchema): JsonSchema =>
    schema.$ref ? this.schema(nameOf(schema.$ref)) : schema;

  private schema = (name: string): JsonSchema => this.document.components.schemas[name] ?? {};

  private messagesOf = (channel: Channel | undefined): Message[] =>
    Object.keys(channel?.messages ?? {}).flatMap((name) => this.document.components.messages[name] ?? []);
}

/** Apart from an event of the same name that the server sends. */
const placed = ({ name, summary }: Message): Titled => ({ name, summary, place: sentAs(name) });

const isTransient = ({ tags = [] }: Message): boolean => tags.some(({ name }) => name === 'transient');

const isAcknowledgement = ({ name }: Message): boolean => name.endsWith('.acknowledgement');

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    key === '$ref' && typeof child === 'string' ? [nameOf(child)] : refsIn(child),
  );
}
