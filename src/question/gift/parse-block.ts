import gift from 'gift-pegjs';
import { findProblem } from '../../common/json-body.js';
import { judged, type QuestionRead, rejection } from '../interchange/question-read.js';
import { type Block, MAX_BLOCK_LENGTH } from './blocks.js';
import { convert } from './convert.js';
import { prepare } from './prepare.js';
import { expand, shorten } from './shorthand.js';

/** A question in JSON may be longer than one in GIFT: reading it costs little. In characters. */
const MAX_WHOLE_LENGTH = 1024 * 1024;

/** Reads one question of a GIFT file. Never throws. */
export function parseBlock(block: Block): QuestionRead {
  const limit = block.isWhole ? MAX_WHOLE_LENGTH : MAX_BLOCK_LENGTH;
  if (block.text.length > limit) return reject(block, '', `the question is longer than ${limit} characters`);
  if (block.isWhole) return finish(block, '', fromJson(block.text));
  const { title, text, unclosedLine } = prepare(block.text);
  if (unclosedLine !== null)
    return reject(block, title, `line ${block.lines[unclosedLine] ?? 1}: the { is never closed`);
  const parsed = parse(text, block);
  if ('reason' in parsed) return reject(block, title, parsed.reason);
  const converted = convert(parsed.question, block.remarks);
  return finish(block, title, 'reason' in converted ? converted : judged(converted.question));
}

function finish(block: Block, title: string, outcome: ReturnType<typeof judged>): QuestionRead {
  if ('reason' in outcome) return reject(block, title, outcome.reason);
  return { category: block.category, question: outcome.question };
}

function fromJson(json: string): ReturnType<typeof judged> {
  try {
    const raw: unknown = JSON.parse(json);
    const problem = findProblem(raw);
    return problem ? { reason: `${problem.path}: ${problem.message}` } : judged(raw);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { reason: 'the question in the comment is not JSON' };
  }
}

function parse(text: string, { lines }: Block): { question: gift.GIFTQuestion } | { reason: string } {
  const { text: short, runs } = shorten(text.trimEnd());
  try {
    const [question, second] = parseGift(short, text.trimEnd());
    return question && !second ? { question: expand(question, runs) } : { reason: 'it is not one question' };
  } catch (error) {
    if (!(error instanceof gift.SyntaxError)) return { reason: 'it is not GIFT' };
    const line = lines[error.location.start.line - 1] ?? lines.at(-1) ?? 1;
    return { reason: `line ${line}: ${error.message.replace(/\s+/g, ' ')}` };
  }
}

/** What is wrong is told of the text as it was written. */
function parseGift(short: string, full: string): gift.GIFTQuestion[] {
  try {
    return gift.parse(short);
  } catch (error) {
    if (short === full) throw error;
    gift.parse(full);
    throw error;
  }
}

const reject = (block: Block, title: string, reason: string): QuestionRead =>
  rejection(block.lines[0] ?? 1, title === '' ? block.text : title, reason);
