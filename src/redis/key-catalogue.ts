import type { KeyMaker, KeySpec } from './key.js';
import { keys } from './keys.js';

const GLOBAL = /^rs:\{board:global\}:[^:]+:all$/;

const specs = (): KeySpec[] =>
  Object.values(keys).flatMap((group) => Object.values<KeyMaker>(group).map((maker) => maker.spec));

const nameOf = (spec: KeySpec) =>
  ['rs', `{${spec.owner}:<id>}`, spec.purpose, ...(spec.parts ?? []).map((part) => `<${part}>`)].join(':');

const known = specs().map((spec) => ({ ...spec, pattern: patternOf(spec) }));

const specOf = (name: string, type: string) =>
  known.find((spec) => spec.type === type && spec.pattern.test(name));

/** Whether the registry knows a key found in Redis, by its name and type. */
export const isKnownKey = (name: string, type: string): boolean => specOf(name, type) !== undefined;

/** Whether a key may be in Redis without an expiry, as the registry has it. */
export function mayStay(name: string, type: string): boolean {
  const stays = specOf(name, type)?.stays;
  return stays === 'all' || (stays === 'global' && GLOBAL.test(name));
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
