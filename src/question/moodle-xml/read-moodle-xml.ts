import { limited } from '../interchange/limited.js';
import { judged, type QuestionRead, rejection } from '../interchange/question-read.js';
import { type Finds, READING, type Reading } from '../interchange/reading.js';
import { stripTags } from '../html.js';
import { convertXml } from './convert-xml.js';
import { child, textIn, textOf } from './elements.js';
import type { XmlQuestion } from './question-finder.js';
import { QUESTION_TAG, xmlQuestions } from './xml-questions.js';

/** Where the type of a question stands in its tag, in characters from its beginning. */
const TAG_LENGTH = 200;
const IS_CATEGORY = /^[^>]*\stype\s*=\s*["']category["']/;

type Placed = XmlQuestion & { category: string };

/** Reads a Moodle XML file; of a file with a document type, nothing. @see https://docs.moodle.org/en/Moodle_XML_format */
export function* readMoodleXml(text: string, limit: number): Finds<QuestionRead> {
  let any = false;
  for (const read of limited(placed(xmlQuestions(text)), limit, ({ line }) => line, readQuestion)) {
    any ||= read !== READING;
    yield read;
  }
  if (!any && !/<quiz\b/i.test(text) && text.trim() !== '')
    yield rejection(1, '', 'it holds no <quiz> with questions');
}

/** Told by their tags alone: reading them for good takes longer, and comes later anyway. */
export function* countMoodleXmlQuestions(text: string, limit: number): Generator<number, number> {
  let count = 0;
  for (const { index } of text.matchAll(QUESTION_TAG)) {
    if (IS_CATEGORY.test(text.slice(index, index + TAG_LENGTH))) continue;
    count += 1;
    if (count >= limit) break;
    yield count;
  }
  return count;
}

/** Takes out the `category` questions, which say where those after them belong. */
function* placed(questions: Iterable<XmlQuestion | Reading>): Finds<Placed> {
  let category = '';
  for (const question of questions) {
    if (question === READING) {
      yield READING;
      continue;
    }
    const { element, problem } = question;
    if (element.attributes['type'] === 'category' && problem === undefined)
      category = textIn(child(element, 'category'));
    else yield { ...question, category };
    if (element.name === 'doctype') return;
  }
}

function readQuestion({ line, element, problem, category }: Placed): QuestionRead {
  const name = textOf(element, 'name') || stripTags(textOf(element, 'questiontext').slice(0, 1_000));
  const conversion = problem === undefined ? convertXml(element) : { reason: problem };
  const outcome = 'reason' in conversion ? conversion : judged(conversion.candidate);
  return 'reason' in outcome
    ? rejection(line, name, outcome.reason)
    : { category, question: outcome.question };
}
