import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AsyncApiDocument } from '../../src/events/docs/document.types.js';

/** The AsyncAPI document that a server serves, held against what it sends. */
export class EventContract {
  private static readonly byUrl = new Map<string, Promise<EventContract>>();
  private readonly ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
  private readonly checks = new Map<string, ValidateFunction>();
  private readonly document: AsyncApiDocument;

  private constructor(document: AsyncApiDocument) {
    this.document = strict(document) as AsyncApiDocument;
  }

  /** Fetched once for each server. */
  static async of(url: string): Promise<EventContract> {
    const contract = this.byUrl.get(url) ?? documentAt(url).then((document) => new EventContract(document));
    this.byUrl.set(url, contract);
    try {
      return await contract;
    } catch (error) {
      this.byUrl.delete(url);
      throw error;
    }
  }

  /** @throws Error when no such message is documented, or when it is not as documented */
  checkMessage(name: string, envelope: unknown): void {
    this.check(name, this.messageSchema(name), envelope);
  }

  /** @throws Error when the answer to a client event is not as documented; one that there is not may only be refused */
  checkAnswer(event: string, answer: unknown): void {
    const name = `${event}.acknowledgement`;
    const isKnown = Object.hasOwn(this.document.components.messages, name);
    this.check(name, isKnown ? this.messageSchema(name) : REFUSAL, answer);
  }

  /** @throws Error when what a handshake is refused with is no problem as documented */
  checkProblem(problem: unknown): void {
    this.check('connect_error', { $ref: '#/components/schemas/Problem' }, problem);
  }

  private messageSchema(name: string): object {
    const { messages } = this.document.components;
    const message = Object.hasOwn(messages, name) ? messages[name] : undefined;
    if (!message) throw new Error(`${name} is not in the AsyncAPI document`);
    return message.payload;
  }

  private check(name: string, schema: object, value: unknown): void {
    const check = this.checks.get(name) ?? this.compile(schema);
    this.checks.set(name, check);
    if (!check(value))
      throw new Error(
        `${name} is not as documented: ${this.ajv.errorsText(check.errors)}\n${JSON.stringify(value)}`,
      );
  }

  private compile(schema: object): ValidateFunction {
    return this.ajv.compile({ ...schema, components: this.document.components });
  }
}

// Over a connection of its own: one that was kept alive may be closing just now.
async function documentAt(url: string): Promise<AsyncApiDocument> {
  const request = get(`${url}/docs/asyncapi.json`, { agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`There is no AsyncAPI document: ${answer.statusCode}`);
  return (await json(answer)) as AsyncApiDocument;
}

const REFUSAL = { $ref: '#/components/schemas/Refusal' };

/** A copy in which objects have no fields but those that are listed. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, strict(child)]));
  return [copy['type']].flat().includes('object') && 'properties' in copy
    ? { ...copy, additionalProperties: false }
    : copy;
}
