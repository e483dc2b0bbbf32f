import { Inject, Injectable } from '@nestjs/common';
import { dayOf } from '../common/period.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Database } from '../database/database.service.js';
import type { Figures } from '../jobs/run-log.service.js';
import { accountGoingDormant } from '../notification/kinds/account-going-dormant.kind.js';
import { Notifier } from '../notification/notifier.service.js';
import type { UnseenUser } from './dormancy.repository.js';
import { DAY_MS } from './lifecycle.times.js';
import { ROUNDS } from './rounds.js';
import type { Sweep } from './sweep.js';
import { UnseenUsers } from './unseen-users.service.js';

/** Warns those whose accounts are about to fall dormant, once each time they stay away. */
@Injectable()
export class WarningsSweep implements Sweep {
  readonly round = ROUNDS.warnings;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly users: UnseenUsers,
    private readonly notifier: Notifier,
  ) {}

  async run(stop: AbortSignal): Promise<Figures> {
    let [users, mails] = [0, 0];
    for await (const page of this.users.toWarn()) {
      if (stop.aborted) break;
      users += page.length;
      mails += await this.warn(page);
    }
    return { users, mails };
  }

  /** Whom a run would warn, page by page; not who was already, or does not want it. */
  async *due(): AsyncGenerator<string[]> {
    for await (const page of this.users.toWarn())
      yield await this.notifier.untold(
        accountGoingDormant,
        page.map((user) => this.noticeFor(user)),
      );
  }

  /** @returns to how many a mail goes that was not promised before */
  private async warn(users: UnseenUser[]): Promise<number> {
    const promised = await this.database.$transaction(
      async (tx) =>
        await this.notifier.notify(
          tx,
          accountGoingDormant,
          users.map((user) => this.noticeFor(user)),
        ),
    );
    await this.notifier.soon(promised);
    return promised.mails.length;
  }

  private noticeFor({ userId, at }: UnseenUser) {
    const lastActiveOn = dayOf(at);
    const dormantOn = dayOf(new Date(at.getTime() + this.config.INACTIVE_AFTER_DAYS * DAY_MS));
    return { userId, occasion: lastActiveOn, data: { lastActiveOn, dormantOn } };
  }
}
