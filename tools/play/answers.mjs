import { wrongResponse } from './wrong-response.mjs';

/**
 * @typedef {{ id: string, text: string }} Item
 * @typedef {{ id: string, type: string, points: number, options?: Item[], left?: Item[], right?: Item[],
 *   items?: Item[] }} QuestionView as a learner sees it
 * @typedef {{ id: string, type: string, [field: string]: any }} QuestionKey as its author wrote it, with ids
 * @typedef {{ questionId: string, response: unknown }} Answer
 */

const LEFT_OUT = 0.1;

/**
 * Answers a quiz as someone would who knows each answer with the probability `skill`; some of what is not known is
 * left out.
 * @param {QuestionView[]} questions
 * @param {Map<string, QuestionKey>} keys by question id
 * @param {number} skill 0…1
 * @param {import('./random.mjs').Random} random
 * @returns {{ answers: Answer[], known: Map<string, number> }} `known`: the credit due to each answer that was known
 */
export function answerQuiz(questions, keys, skill, random) {
  /** @type {Answer[]} */
  const answers = [];
  const known = new Map();
  for (const question of questions) {
    const key = keys.get(question.id);
    if (!key) throw new Error(`The key has no question ${question.id}`);
    if (random() < skill) {
      const { response, credit } = rightResponse(key);
      answers.push({ questionId: question.id, response });
      known.set(question.id, credit);
    } else if (random() >= LEFT_OUT) {
      answers.push({ questionId: question.id, response: wrongResponse(question, key, random) });
    }
  }
  return { answers, known };
}

/**
 * The best response there is, and the credit it deserves.
 * @param {QuestionKey} key
 * @returns {{ response: unknown, credit: number }}
 */
export function rightResponse(key) {
  switch (key.type) {
    case 'single_choice': {
      const option = mostCredited(key.options);
      return { response: option.id, credit: clamp(option.credit) };
    }
    case 'multiple_choice':
      return full(key.options.filter(({ credit }) => credit > 0).map(({ id }) => id));
    case 'true_false':
      return full(key.correct);
    case 'short_text': {
      const accepted = mostCredited(key.accepted);
      return { response: literal(accepted.text), credit: accepted.credit ?? 1 };
    }
    case 'numeric': {
      const accepted = mostCredited(key.accepted);
      return { response: accepted.value ?? (accepted.min + accepted.max) / 2, credit: accepted.credit ?? 1 };
    }
    case 'matching':
      return full(Object.fromEntries(key.pairs.map(({ leftId, rightId }) => [leftId, rightId])));
    case 'ordering':
      return full(key.items.map(({ id }) => id));
    default:
      throw new Error(`Nobody here can answer a question of type ${key.type}`);
  }
}

const full = (response) => ({ response, credit: 1 });
const clamp = (credit) => Math.min(1, Math.max(0, credit));

function mostCredited(list) {
  return list.reduce((best, each) => ((each.credit ?? 1) > (best.credit ?? 1) ? each : best));
}

/** A text that the author's pattern accepts: `*` stands for anything, also for nothing; `\*` for an asterisk. */
function literal(pattern) {
  return pattern.replaceAll(/\\\*|\*/g, (token) => (token === '*' ? '' : '*'));
}
