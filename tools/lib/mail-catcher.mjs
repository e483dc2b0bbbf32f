import { once } from 'node:events';
import http from 'node:http';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { inboxPage, messagePage } from './inbox-page.mjs';

const keptMessages = 200;
const largestMessageBytes = 1_000_000;

/**
 * @typedef {object} CaughtMail
 * @property {number} id rises by one
 * @property {string} receivedAt RFC 3339
 * @property {string} from
 * @property {string[]} to
 * @property {string} subject
 * @property {string} text the text part, or the HTML part where there is none
 * @property {string} html empty when there is none
 */

/**
 * A mail server that delivers nothing: what it is given is shown on a page, so that codes and links can be read
 * where no mail goes out. Listens on 127.0.0.1 only and keeps the last 200 messages, in memory.
 *
 * `GET /` the inbox · `GET /messages/{id}` one message · `GET /api/messages?to=` JSON, newest first ·
 * `DELETE /api/messages` empties it.
 * @param {{ smtpPort?: number, httpPort?: number }} [ports] any free one unless named
 * @returns {Promise<{ smtpUrl: string, inboxUrl: string, messages: CaughtMail[], close: () => Promise<void> }>}
 */
export async function startMailCatcher({ smtpPort = 0, httpPort = 0 } = {}) {
  /** Newest first. @type {CaughtMail[]} */
  const messages = [];
  const keep = (message) => {
    messages.unshift({ id: (messages[0]?.id ?? 0) + 1, receivedAt: new Date().toISOString(), ...message });
    messages.splice(keptMessages);
  };
  const smtp = smtpServer(keep);
  const web = http.createServer((request, response) => answer(request, response, messages));
  smtp.listen(smtpPort, '127.0.0.1');
  web.listen(httpPort, '127.0.0.1');
  await Promise.all([once(smtp.server, 'listening'), once(web, 'listening')]);
  return {
    smtpUrl: `smtp://127.0.0.1:${smtp.server.address().port}`,
    inboxUrl: `http://localhost:${web.address().port}`,
    messages,
    close: async () => {
      web.closeAllConnections();
      await Promise.all([new Promise((done) => smtp.close(done)), new Promise((done) => web.close(done))]);
    },
  };
}

function smtpServer(keep) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: largestMessageBytes,
    onAuth: (_auth, _session, done) => done(null, { user: 'anyone' }),
    onData: (stream, session, done) => {
      read(stream, session).then(
        (message) => {
          keep(message);
          done();
        },
        (error) => done(error),
      );
    },
  });
  // A sender that hangs up in the middle is no reason to end.
  server.on('error', (error) => console.error(`mail catcher: ${error.message}`));
  return server;
}

async function read(stream, session) {
  const chunks = await stream.toArray();
  if (stream.sizeExceeded) throw Object.assign(new Error('message too large'), { responseCode: 552 });
  const mail = await PostalMime.parse(Buffer.concat(chunks));
  return {
    from: mail.from?.address ?? session.envelope.mailFrom?.address ?? '',
    to: session.envelope.rcptTo.map((recipient) => recipient.address),
    subject: mail.subject ?? '',
    text: mail.text ?? mail.html ?? '',
    html: mail.html ?? '',
  };
}

function answer(request, response, messages) {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/api/messages' && request.method === 'DELETE') {
    messages.splice(0);
    return send(response, 204, 'text/plain', '');
  }
  if (url.pathname === '/api/messages') {
    const to = url.searchParams.get('to')?.toLowerCase();
    const data = messages.filter((mail) => !to || mail.to.some((address) => address.toLowerCase() === to));
    return send(response, 200, 'application/json', JSON.stringify({ data }));
  }
  if (url.pathname === '/') return send(response, 200, 'text/html', inboxPage(messages));
  const mail = messages.find(({ id }) => url.pathname === `/messages/${id}`);
  if (mail) return send(response, 200, 'text/html', messagePage(mail));
  return send(response, 404, 'text/plain', 'There is no such message.');
}

function send(response, status, type, body) {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(body);
}
