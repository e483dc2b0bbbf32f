/**
 * Two people talk in two terminals, while the server runs:
 *
 *   node examples/chat.mjs anna            logs Anna in, or signs her up, prints her id and waits
 *   node examples/chat.mjs ben ANNAS_ID    opens the conversation of both
 *
 * `URL` (http://localhost:3000) and `CHAT_PASSWORD` come from the environment. What a careful front end does: a message
 * is sent again, under the same `clientMessageId`, until it is acknowledged; after a lost connection the client asks for
 * what it missed by `since` and `epoch`.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';

const { URL: server = 'http://localhost:3000', CHAT_PASSWORD: password = 'seventeen purple kettles' } =
  process.env;
const [username, partnerId] = process.argv.slice(2);
const AGAIN_MS = 1_000;

if (!username) fail('Who are you? node examples/chat.mjs USERNAME [ID_OF_YOUR_PARTNER]');

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** @returns the answer's body; a problem (RFC 9457) has a `code` */
async function request(method, path, body, token) {
  const answer = await fetch(`${server}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  return await answer.json();
}

async function enter() {
  const found = await request('POST', '/auth/login', { identifier: username, password });
  if (found.accessToken) return found;
  const email = `${username}@example.org`;
  const created = await request('POST', '/auth/signup', { email, username, password });
  if (created.accessToken) return created;
  const why = created.errors?.map(({ message }) => message).join('; ') ?? created.detail ?? created.code;
  return fail(`${username} can neither log in (${found.code}) nor sign up (${created.code}: ${why})`);
}

let tokens = await enter().catch((error) => fail(`No answer from ${server}: ${error.cause?.code ?? error}`));
let freshUntil = Date.now() + (tokens.expiresIn * 1_000) / 2;

/** A token that lives for a while yet. */
async function accessToken() {
  if (Date.now() > freshUntil) {
    const renewed = await request('POST', '/auth/refresh', { refreshToken: tokens.refreshToken });
    if (renewed.code === 'session_expired' || renewed.code === 'invalid_token')
      fail('Your session has ended; start again');
    if (renewed.accessToken) {
      tokens = renewed;
      freshUntil = Date.now() + (tokens.expiresIn * 1_000) / 2;
    }
  }
  return tokens.accessToken;
}

const me = tokens.user;
console.log(`You are ${me.username}. Your id: ${me.userId}`);

async function conversation() {
  if (partnerId) {
    const order = { type: 'direct', memberIds: [partnerId] };
    const opened = await request('POST', '/conversations', order, await accessToken());
    return opened.id ?? fail(`No conversation: ${opened.detail ?? opened.code}`);
  }
  console.log('Waiting for somebody to write to you …');
  for (;;) {
    const { data } = await request('GET', '/conversations?limit=1', undefined, await accessToken());
    if (data?.[0]) return data[0].id;
    await sleep(AGAIN_MS);
  }
}

const conversationId = await conversation();
/** How far this client is; both are unknown until it has subscribed once. */
const at = { seq: undefined, epoch: undefined };

const nameOf = (userId) => (userId === me.userId ? 'you' : 'partner');
function show(type, { seq, senderId, text }) {
  if (at.seq !== undefined && seq <= at.seq) return;
  at.seq = seq;
  const note = { 'chat.edited': ' (edited)', 'chat.deleted': ' deleted a message' }[type] ?? '';
  console.log(`${nameOf(senderId)}${note}: ${text}`);
  if (senderId !== me.userId) socket.emit('chat.read', { conversationId, seq }, () => undefined);
}

const socket = io(server, {
  transports: ['websocket'],
  auth: (give) =>
    void accessToken().then(
      (token) => give({ token }),
      () => give({}),
    ),
});
socket.on('connect', () => void subscribe().catch(() => socket.disconnect().connect()));
socket.on('connect_error', ({ message }) => comeBack(message));
socket.on('disconnect', (reason) => comeBack(reason));
socket.on('session.revoked', () => fail('Your session has ended; start again'));
for (const type of ['chat.message', 'chat.edited', 'chat.deleted'])
  socket.on(type, ({ seq, data }) => show(type, { ...data, seq }));
socket.on('chat.typing', ({ data }) => data.typing && data.userId !== me.userId && console.log('… writes'));

/** Socket.IO comes back by itself, unless it was the server that closed or refused the connection. */
function comeBack(reason) {
  console.log(`(${reason}; trying again)`);
  if (!socket.active) setTimeout(() => socket.connect(), AGAIN_MS);
}

async function subscribe() {
  const topic = `conversation:${conversationId}`;
  const { ok, data, error } = await socket
    .timeout(5_000)
    .emitWithAck('subscribe', { topic, since: at.seq, epoch: at.epoch });
  if (!ok) fail(`You may not hear this conversation: ${error.detail ?? error.code}`);
  at.epoch = data.epoch;
  if (data.recovered) return;
  const path = `/conversations/${conversationId}/messages?limit=20`;
  const { data: messages = [] } = await request('GET', path, undefined, await accessToken());
  for (const message of messages.toSorted((one, other) => one.seq - other.seq)) show('chat.message', message);
  at.seq = Math.max(at.seq ?? 0, data.seq);
  console.log('You can write now; Ctrl-C ends.');
}

/** Sends one message, as often as it takes; it counts once. */
async function say(text) {
  const message = { conversationId, clientMessageId: randomUUID(), text };
  for (;;) {
    const answer = await socket
      .timeout(5_000)
      .emitWithAck('chat.send', message)
      .catch(() => undefined);
    if (answer?.ok) return;
    const code = answer?.error.code ?? 'unavailable';
    if (code !== 'unavailable' && code !== 'rate_limited') return console.log(`(not sent: ${code})`);
    await sleep(AGAIN_MS);
  }
}

let saying = Promise.resolve();
const lines = createInterface({ input: process.stdin });
lines.on('line', (text) => {
  if (text.trim() !== '') saying = saying.then(async () => await say(text));
});
lines.on('close', () => void saying.then(() => process.exit(0)));
