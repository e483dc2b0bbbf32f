import { ToolError } from './run.mjs';

/**
 * Reads what `npm test --` was given: nothing for everything, else stages and, for a single one, paths or other
 * arguments for its tool:  `redis`, `--only unit,e2e`, `e2e test/e2e/leaderboard.spec.ts -t rank`.
 * @param {string[]} args
 * @param {{ name: string, needs?: string[] }[]} stages
 * @returns {{ chosen: string[], rest: string[] }}
 */
export function readPlan(args, stages) {
  const names = stages.map(({ name }) => name);
  if (args.length === 0) return { chosen: names, rest: [] };
  const [first, ...rest] = args[0] === '--only' ? args.slice(1) : args;
  const chosen = (first ?? '').split(',');
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ToolError(`There is no stage "${unknown.join(', ')}". The stages are: ${names.join(', ')}.`);
  }
  const needed = stages.filter(({ name }) => chosen.includes(name)).flatMap(({ needs = [] }) => needs);
  return { chosen: names.filter((name) => [...chosen, ...needed].includes(name)), rest };
}
