import { limited } from '../interchange/limited.js';
import { judged, type QuestionRead, rejection } from '../interchange/question-read.js';
import { stripTags } from '../html.js';
import { convertXml } from './convert-xml.js';
import { child, textIn, textOf } from './elements.js';
import { type XmlQuestion, xmlQuestions } from './xml-questions.js';

type Placed = XmlQuestion & { category: string };

/** Reads a Moodle XML file; of a file with a document type, nothing. @see https://docs.moodle.org/en/Moodle_XML_format */
export function* readMoodleXml(text: string, limit: number): Generator<QuestionRead> {
  let any = false;
  for (const read of limited(placed(xmlQuestions(text)), limit, ({ line }) => line, readQuestion)) {
    any = true;
    yield read;
  }
  if (!any && !/<quiz\b/i.test(text) && text.trim() !== '')
    yield rejection(1, '', 'it holds no <quiz> with questions');
}

/** How many questions a file seems to hold, good or bad. */
export function countMoodleXmlQuestions(text: string): number {
  return text.match(/<question\b(?![^>]*type\s*=\s*["']category["'])/g)?.length ?? 0;
}

/** Takes out the `category` questions, which say where those after them belong. */
function* placed(questions: Iterable<XmlQuestion>): Generator<Placed> {
  let category = '';
  for (const question of questions) {
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
