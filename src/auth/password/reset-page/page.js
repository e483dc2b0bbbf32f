// The page behind the link of a reset mail: takes the token out of the address bar and posts it with the new password.
const byId = (id) => document.getElementById(id);
const [form, message, password, again, show, send] = [
  'form',
  'message',
  'password',
  'again',
  'show',
  'send',
].map(byId);

const token = new URLSearchParams(location.search).get('token') ?? '';
// Neither history, nor a bookmark, nor whoever looks at the screen keeps it.
history.replaceState(null, '', location.pathname);

const DEAD_LINK =
  'This link is not valid any more: it works once, for 30 minutes, and only the newest one does. Ask for another.';

function say(text, kind) {
  message.textContent = text;
  message.className = kind;
  message.focus();
}

function finish(text, kind) {
  form.hidden = true;
  form.reset();
  say(text, kind);
}

/** What to say of an answer that is not a success. */
function explain(status, problem) {
  if (status === 429) return 'Too many tries. Wait a minute, then send it again.';
  const [first] = problem.errors ?? [];
  if (status === 400 && first) return `${first.message.replace(/^newPassword/, 'The password')}.`;
  return 'That did not work just now. Try again in a moment.';
}

async function submit() {
  if (password.value !== again.value) {
    say('The two passwords are not the same.', 'bad');
    return;
  }
  const answer = await fetch('api/v1/auth/password/reset', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, newPassword: password.value }),
    credentials: 'omit',
  });
  if (answer.status === 204) finish('Your new password is set. You can log in with it now.', 'good');
  else if (answer.status === 401) finish(DEAD_LINK, 'bad');
  else say(explain(answer.status, await answer.json().catch(() => ({}))), 'bad');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  send.disabled = true;
  try {
    await submit();
  } catch {
    say('The server could not be reached. Check your connection and try again.', 'bad');
  } finally {
    send.disabled = false;
  }
});

show.addEventListener('change', () => {
  for (const input of [password, again]) input.type = show.checked ? 'text' : 'password';
});

if (token === '') finish('This link is not complete. Open it from the mail, or copy all of it.', 'bad');
else {
  form.hidden = false;
  password.focus();
}
