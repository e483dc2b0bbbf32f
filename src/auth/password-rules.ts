import { readFileSync } from 'node:fs';

const MIN_LENGTH = 12;
const MAX_LENGTH = 128;
const MIN_NAME_LENGTH = 3;

const fold = (text: string) => text.normalize('NFKC').toLowerCase();
const length = (text: string) => Array.from(text).length;

const COMMON = new Set(
  readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
);

/**
 * What is wrong with a new password, or undefined. Length and lists, no rules of composition (NIST SP 800-63B,
 * section 3.1.1.2): 12 to 128 code points after NFKC, not among the 3,000 most common of that length, and still 12
 * long without the owner's own name and address in it.
 */
export function passwordProblem(
  password: string,
  owner: { username: string; email: string },
): string | undefined {
  const folded = fold(password);
  const size = length(password.normalize('NFKC'));
  if (size < MIN_LENGTH || size > MAX_LENGTH)
    return `must be ${MIN_LENGTH} to ${MAX_LENGTH} characters long; it has ${size}`;
  if (COMMON.has(folded)) return 'is one of the most common passwords';
  if (length(withoutNames(folded, owner)) < MIN_LENGTH) return 'is made of your own name or address';
  return undefined;
}

function withoutNames(folded: string, { username, email }: { username: string; email: string }): string {
  const [local, domain] = email.split('@');
  const names = [email, domain, local, username].map((name) => fold(name ?? ''));
  return names
    .filter((name) => length(name) >= MIN_NAME_LENGTH)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => rest.replaceAll(name, ''), folded);
}
