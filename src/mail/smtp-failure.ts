import { Failure, Hopeless } from '../queue/job.js';

/** What a mail server has against one mail; everything else stands between us and the server, and passes. */
const OF_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE', 'ESTREAM']);
/** Whatever the next try is, the server will not have it (RFC 5321, section 4.2.1). */
const isForGood = (reply: unknown): boolean => typeof reply === 'number' && reply >= 500 && reply < 600;

/**
 * What a failure of nodemailer means for the job. It says the codes alone: what a server answers often names an address.
 * @param isHandedOver whether the server was given the whole mail: each such try may have reached somebody, so they are
 *   counted, as those are not that met no server
 */
export function failureOf(error: unknown, isHandedOver: boolean): Error {
  const [code, reply] = ['code', 'responseCode'].map((name) => read(error, name));
  const said = [code, reply].filter((one) => typeof one === 'string' || typeof one === 'number').join(' ');
  if (typeof code === 'string' && OF_THE_MAIL.has(code)) {
    const text = `The mail server did not take it: ${said}`;
    return isForGood(reply) ? new Hopeless(text) : new Failure(text);
  }
  if (isHandedOver) return new Failure(`The mail server fell silent when it had the mail: ${said}`);
  return Object.assign(new Failure(`The mail server is away: ${said}`), { code: 'ECONNREFUSED' });
}

const read = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
