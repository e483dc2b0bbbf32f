import { Parser } from 'htmlparser2';
import { type Finds, READING, type Reading, SLICE } from '../interchange/reading.js';
import { QuestionFinder, type XmlQuestion } from './question-finder.js';

/** Where a question begins. */
export const QUESTION_TAG = /<question(?=[\s/>])/g;

/**
 * Finds the questions of a Moodle XML file one after the other, with one question in memory at a time. The parser knows
 * the five entities of XML and numbers: it reads no document type, defines no entity and fetches nothing.
 */
export function* xmlQuestions(text: string): Finds<XmlQuestion> {
  const lineAt = lineCounter(text);
  let from: number | undefined = 0;
  while (from !== undefined) from = yield* questionsFrom(text, from, lineAt);
}

/**
 * Finds questions from one place on, up to the end or to where the parser would lose itself: each element left open costs
 * it time with every tag that follows.
 * @returns where to begin anew; undefined at the end
 */
function* questionsFrom(
  text: string,
  from: number,
  lineAt: (offset: number) => number,
): Generator<XmlQuestion | Reading, number | undefined> {
  const finder = new QuestionFinder({ text, from, lineAt });
  const parser = new Parser(finder, { xmlMode: true, decodeEntities: true });
  finder.follow(parser);
  for (let at = from; at < text.length; at += SLICE) {
    parser.write(text.slice(at, at + SLICE));
    yield* finder.take();
    if (finder.lostAt !== undefined) return questionAfter(text, finder.lostAt);
    yield READING;
  }
  parser.end();
  yield* finder.takeAll();
  return undefined;
}

function questionAfter(text: string, offset: number): number | undefined {
  const tag = new RegExp(QUESTION_TAG);
  tag.lastIndex = offset;
  return tag.exec(text)?.index;
}

/** Tells the line of a place; places come in order, and each line break is counted once. */
function lineCounter(text: string): (offset: number) => number {
  let [line, counted] = [1, 0];
  return (offset) => {
    for (; counted < offset; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    return line;
  };
}
