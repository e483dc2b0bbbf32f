import type { KeyMaker, KeySpec } from './key.js';
import { keys } from './keys.js';

const specs = (): KeySpec[] =>
  Object.values(keys).flatMap((group) => Object.values<KeyMaker>(group).map((maker) => maker.spec));

const nameOf = (spec: KeySpec) =>
  ['rs', `{${spec.owner}:<id>}`, spec.purpose, ...(spec.parts ?? []).map((part) => `<${part}>`)].join(':');

/** Whether the registry knows a key found in Redis, by its name and type. */
export function isKnownKey(name: string, type: string): boolean {
  return specs().some((spec) => spec.type === type && patternOf(spec).test(name));
}

function patternOf(spec: KeySpec): RegExp {
  const parts = (spec.parts ?? []).map(() => ':[^{}]+').join('');
  return new RegExp(`^rs:\\{${spec.owner}:[^{}]+\\}:${spec.purpose}${parts}$`);
}

/** The text of docs/keys.md. */
export function keysDocument(): string {
  const rows = specs().map(
    (spec) => `| \`${nameOf(spec)}\` | ${spec.type} | ${spec.holds} | ${spec.expires} |`,
  );
  return [
    '# Keys',
    '',
    'Every Redis key and channel, written from `src/redis/keys.ts` by `npm run keys:doc`. The part in braces is the',
    'owner and the Redis Cluster hash tag; one script touches one owner.',
    '',
    '| key | type | holds | goes |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
