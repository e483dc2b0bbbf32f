import { clockOffsetMs } from './clock-offset.mjs';
import { percentiles } from './percentiles.mjs';

/** @typedef {{ name: string, measured: import('./percentiles.mjs').Percentiles | null }} Timing */

/**
 * How long everything took. Pure. The server's times are moved to our clock where the two differ.
 * @param {import('./play-class.mjs').Pupil[]} pupils
 * @returns {{ timings: Timing[], offsetMs: number }}
 */
export function timingsOf(pupils) {
  const all = pupils.flatMap(({ played, learner }) =>
    played.map((each) => ({ ...each, log: learner.watch?.log })),
  );
  const scored = all.filter(({ submission }) => submission.scoredAt);
  const offsetMs = clockOffsetMs(
    all.map(({ sentAt, acceptedAt, submission }) => ({
      sentAt,
      receivedAt: acceptedAt,
      serverAt: Date.parse(submission.submittedAt),
    })),
  );
  const told = scored.flatMap(({ id, log, submission }) => {
    const event = log?.scored.get(id);
    return event ? [event.at - Date.parse(submission.scoredAt) + offsetMs] : [];
  });
  const seen = ({ acceptedAt, seenAt }) => Math.max(0, seenAt - acceptedAt);
  const byEvent = scored.filter((each) => each.byEvent);
  const byPoll = scored.filter((each) => !each.byEvent);
  const timings = [
    timing(
      'accept (request to 202)',
      all.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt),
    ),
    timing(
      'submittedAt to scoredAt',
      scored.map(({ submission }) => betweenTimes(submission)),
    ),
    timing('accepted to scored, told by event', byEvent.map(seen)),
    timing('accepted to scored, seen by polling', byPoll.map(seen)),
    timing(
      'scored to event',
      told.map((ms) => Math.max(0, ms)),
    ),
  ];
  return { timings, offsetMs };
}

const timing = (name, values) => ({ name, measured: percentiles(values) });
const betweenTimes = ({ submittedAt, scoredAt }) => Date.parse(scoredAt) - Date.parse(submittedAt);
