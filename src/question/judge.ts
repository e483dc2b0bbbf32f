import { includesNumber } from './includes-number.js';
import { matchesText } from './match-text.js';
import type {
  StoredMatching,
  StoredMultipleChoice,
  StoredOrdering,
  StoredQuestion,
  StoredSingleChoice,
} from './question.types.js';

/** What one response deserves: credit before it is clamped to 0…1, and what the author says to it. */
export interface Judgement {
  credit: number;
  feedback?: string;
}

const NOTHING: Judgement = { credit: 0 };

/** Judges one response; never throws, not even on what `checkAnswers` would refuse. */
export function judge(question: StoredQuestion, response: unknown): Judgement {
  switch (question.type) {
    case 'single_choice':
      return judgeSingle(question, response);
    case 'multiple_choice':
      return judgeMultiple(question, response);
    case 'true_false': {
      const right = response === question.correct;
      return { credit: right ? 1 : 0, feedback: right ? question.feedback?.right : question.feedback?.wrong };
    }
    case 'short_text':
      if (typeof response !== 'string') return NOTHING;
      return best(question.accepted.filter(({ text }) => matchesText(text, response, question)));
    case 'numeric':
      if (typeof response !== 'number' || !Number.isFinite(response)) return NOTHING;
      return best(question.accepted.filter((accepted) => includesNumber(accepted, response)));
    case 'matching':
      return judgeMatching(question, response);
    case 'ordering':
      return judgeOrdering(question, response);
  }
}

function judgeSingle({ options }: StoredSingleChoice, response: unknown): Judgement {
  const chosen = options.find(({ id }) => id === response);
  return chosen ? { credit: chosen.credit, feedback: chosen.feedback } : NOTHING;
}

function judgeMultiple({ options }: StoredMultipleChoice, response: unknown): Judgement {
  if (!Array.isArray(response)) return NOTHING;
  const ids = new Set<unknown>(response);
  const chosen = options.filter(({ id }) => ids.has(id));
  const sum = (list: { credit: number }[]) => list.reduce((total, { credit }) => total + credit, 0);
  // Three times 33.333 % stands for a whole: credits count as shares of what all the right options add up to.
  const whole = sum(options.filter(({ credit }) => credit > 0));
  const feedback = chosen.flatMap((option) => option.feedback ?? []).join('\n');
  return { credit: sum(chosen) / whole, feedback: feedback === '' ? undefined : feedback };
}

/** The accepted answer with the most credit; the first of equals. */
function best(matching: { credit?: number; feedback?: string }[]): Judgement {
  const judgements = matching.map(({ credit = 1, feedback }) => ({ credit, feedback }));
  return (
    judgements.reduce<Judgement | null>(
      (top, each) => (top && top.credit >= each.credit ? top : each),
      null,
    ) ?? NOTHING
  );
}

/** The share of lefts that were given their right. */
function judgeMatching({ pairs }: StoredMatching, response: unknown): Judgement {
  if (typeof response !== 'object' || response === null) return NOTHING;
  const given = new Map(Object.entries(response));
  return {
    credit: pairs.filter(({ leftId, rightId }) => given.get(leftId) === rightId).length / pairs.length,
  };
}

/** The share of items that stand in their right place. */
function judgeOrdering({ items }: StoredOrdering, response: unknown): Judgement {
  if (!Array.isArray(response)) return NOTHING;
  return { credit: items.filter(({ id }, place) => response[place] === id).length / items.length };
}
