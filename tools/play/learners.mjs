import { randomBytes } from 'node:crypto';
import { Account } from './account.mjs';
import { seeded, shuffled } from './random.mjs';
import { eachOf } from './time.mjs';

/**
 * @typedef {object} Learner
 * @property {string} username
 * @property {number} skill the probability that this learner knows an answer
 * @property {Account} account
 * @property {import('./random.mjs').Random} random
 * @property {import('./watch.mjs').Watch | null} watch for those who watch over Socket.IO
 */

const NAMES = (
  'alma amir anna arun bela bruno carla chen clara dana diego elif emil esra eva farid finn frida goran hana hugo ' +
  'ida igor ines ivan jana jonas kai karim lara leo lina luca maja malik mara marek mia milan mina nadia nils noa ' +
  'nora olga omar oskar paul pia rania rosa ruben sami sara selma sofia tara theo tom uma vera viktor yara yusuf zoe'
).split(' ');

const SIGN_UPS_AT_ONCE = 6;
const LEAST_SKILL = 0.2;
const MOST_SKILL = 0.95;

/**
 * Who is in the class: names that are new with every run, skills spread evenly and dealt at random.
 * @param {number} count
 * @param {number} seed
 * @returns {{ username: string, skill: number, random: import('./random.mjs').Random }[]}
 */
export function inventLearners(count, seed) {
  const run = randomBytes(3).toString('hex');
  const random = seeded(seed);
  const places = shuffled(
    Array.from({ length: count }, (_, place) => place),
    random,
  );
  return places.map((place, index) => ({
    username: `${nameOf(index)}_${run}`,
    skill: LEAST_SKILL + (MOST_SKILL - LEAST_SKILL) * (count === 1 ? 1 : place / (count - 1)),
    random: seeded(Math.floor(random() * 2 ** 32)),
  }));
}

/**
 * @param {import('./http.mjs').Http} http
 * @param {ReturnType<typeof inventLearners>} invented
 * @param {() => void} onSignedUp
 * @returns {Promise<Learner[]>}
 */
export async function signUpClass(http, invented, onSignedUp) {
  return await eachOf(invented, SIGN_UPS_AT_ONCE, async (learner) => {
    const { username } = learner;
    const password = `${randomBytes(12).toString('base64url')}-classroom`;
    const email = `${username}@class.redistack.example`;
    const account = await Account.signUp(http, { email, username, password });
    onSignedUp();
    return { ...learner, account, watch: null };
  });
}

function nameOf(index) {
  const name = NAMES[index % NAMES.length];
  return index < NAMES.length ? name : `${name}${Math.floor(index / NAMES.length) + 1}`;
}
