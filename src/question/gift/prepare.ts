import { escapeBare, indexOfBare, unescapeGift } from './escapes.js';

export interface PreparedBlock {
  /** Between `::` and `::`; '' where there is none. */
  title: string;
  /** As many lines as before, in the stricter dialect of gift-pegjs. */
  text: string;
  /** Which line of the block opens a brace that is never closed, from 0; null when all is well. */
  unclosedLine: number | null;
}

/**
 * Rewrites what Moodle reads and gift-pegjs does not: bare `:`, `=`, `~`, `#` outside the answers, bare `:` and balanced
 * braces inside them, feedback after a single number, and a single short answer.
 * @see https://docs.moodle.org/en/GIFT_format
 */
export function prepare(block: string): PreparedBlock {
  const { title, rest } = takeTitle(block);
  const open = indexOfBare(rest, '{');
  const close = open < 0 ? -1 : closingBrace(rest, open);
  const unclosedLine = open >= 0 && close < 0 ? rest.slice(0, open).split('\n').length - 1 : null;
  if (close < 0) return { title, text: escapeStem(rest), unclosedLine };
  const [stem, answers, tail] = [rest.slice(0, open), rest.slice(open + 1, close), rest.slice(close + 1)];
  return { title, text: `${escapeStem(stem)}{${prepareAnswers(answers)}}${escapeStem(tail)}`, unclosedLine };
}

function takeTitle(block: string): { title: string; rest: string } {
  const start = /^\s*::/.exec(block)?.[0].length;
  const end = start === undefined ? -1 : indexOfBare(block, '::', start);
  if (start === undefined || end < 0) return { title: '', rest: block };
  const raw = block.slice(start, end);
  // The line breaks of a title that spans lines stay, so that line numbers stay right.
  return {
    title: unescapeGift(raw).replace(/\s+/g, ' ').trim(),
    rest: raw.replace(/[^\n]/g, '') + block.slice(end + 2),
  };
}

function closingBrace(text: string, open: number): number {
  for (let at = open, depth = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '{') depth += 1;
    else if (text[at] === '}' && (depth -= 1) === 0) return at;
  }
  return -1;
}

const escapeStem = (text: string): string => escapeBare(text, ':=~#');

function prepareAnswers(answers: string): string {
  const start = answers.search(/\S/);
  const isNumeric = answers[start] === '#' && !answers.startsWith('####', start);
  if (!isNumeric) return escapeBare(isBareWord(answers) ? `=${answers.trimStart()}` : answers, ':{}');
  const numbers = answers.slice(start + 1);
  const list = /^\s*[=~]/.test(numbers) ? numbers : `=${numbers.trimStart()}`;
  return `${answers.slice(0, start + 1)}${escapeFeedback(list)}`;
}

/** One short answer may stand without `=`; gift-pegjs takes the T of "Tokyo" for TRUE. */
function isBareWord(answers: string): boolean {
  return !/^\s*(?:[=~#]|$|(?:T|TRUE|F|FALSE)\s*(?:#|$))/.test(answers);
}

/** In a list of numbers a colon is a tolerance, save in the feedback after `#`, up to the next `=` or `~`. */
function escapeFeedback(numbers: string): string {
  return numbers.replace(/#(?:\\[^]|[^=~\\])*/g, (feedback) => escapeBare(feedback, ':{}'));
}
