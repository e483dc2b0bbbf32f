/** The mail catcher as a process of its own: `MAIL_SMTP_PORT` and `MAIL_HTTP_PORT` say where; SIGTERM ends it. */
import { startMailCatcher } from './lib/mail-catcher.mjs';

const catcher = await startMailCatcher({
  smtpPort: Number(process.env.MAIL_SMTP_PORT ?? 0),
  httpPort: Number(process.env.MAIL_HTTP_PORT ?? 0),
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void catcher.close());
