import type {
  AuthoredMatching,
  AuthoredOrdering,
  AuthoredQuestion,
  ChoiceOption,
  StoredMatching,
  StoredOption,
  StoredOrdering,
  StoredQuestion,
} from './question.types.js';

/** What a correction may not change, by its path in the list of questions. */
export interface Uncorrectable {
  path: string;
  message: string;
}

const AS_IT_IS = 'must stay as learners saw it: only the key may be corrected';

/**
 * Questions with another key: what learners saw stays, with its ids, and so their answers keep their meaning. Credits,
 * right and accepted answers, feedback and explanations may change, which text goes with which, and the right order.
 * @param authored all the questions of `stored`, in its order, as an author writes them
 * @returns the corrected questions, or all that was changed and may not be
 */
export function correctKey(
  stored: readonly StoredQuestion[],
  authored: readonly AuthoredQuestion[],
): { questions: StoredQuestion[] } | { problems: Uncorrectable[] } {
  if (stored.length !== authored.length)
    return {
      problems: [{ path: 'questions', message: `must be the ${stored.length} questions of the quiz` }],
    };
  const problems: Uncorrectable[] = [];
  const questions = stored.map((old, index) => {
    const now = authored[index];
    const corrected = now?.type === old.type ? correctOne(old, now) : 'type';
    if (typeof corrected !== 'string') return corrected;
    problems.push({ path: `questions.${index}.${corrected}`, message: AS_IT_IS });
    return old;
  });
  return problems.length > 0 ? { problems } : { questions };
}

/** The corrected question, or the name of the property that may not change. */
function correctOne(old: StoredQuestion, now: AuthoredQuestion): StoredQuestion | string {
  if (old.prompt !== now.prompt) return 'prompt';
  if (old.promptFormat !== (now.promptFormat ?? 'plain')) return 'promptFormat';
  if (old.points !== (now.points ?? 1)) return 'points';
  const base = {
    ...{ id: old.id, prompt: old.prompt, promptFormat: old.promptFormat, points: old.points },
    explanation: now.explanation,
  };
  if (old.type === 'single_choice' && now.type === 'single_choice') {
    const options = optionsOf(old.options, now.options);
    return options ? { ...base, type: old.type, options } : 'options';
  }
  if (old.type === 'multiple_choice' && now.type === 'multiple_choice') {
    const options = optionsOf(old.options, now.options);
    return options ? { ...base, type: old.type, options } : 'options';
  }
  if (old.type === 'true_false' && now.type === 'true_false')
    return { ...base, type: old.type, correct: now.correct, feedback: now.feedback && { ...now.feedback } };
  if (old.type === 'short_text' && now.type === 'short_text') {
    const accepted = now.accepted.map((each) => ({ ...each }));
    return { ...base, type: old.type, accepted, caseSensitive: now.caseSensitive ?? false };
  }
  if (old.type === 'numeric' && now.type === 'numeric')
    return { ...base, type: old.type, accepted: now.accepted.map((each) => ({ ...each })) };
  if (old.type === 'matching' && now.type === 'matching') {
    const parts = partsOf(old, now);
    return parts ? { ...base, type: old.type, ...parts } : 'pairs';
  }
  if (old.type === 'ordering' && now.type === 'ordering') {
    const items = itemsOf(old, now);
    return items ? { ...base, type: old.type, items } : 'items';
  }
  return 'type';
}

function optionsOf(old: readonly StoredOption[], now: readonly ChoiceOption[]): StoredOption[] | undefined {
  if (!sameTexts(textsOf(old), textsOf(now))) return undefined;
  return old.map(({ id, text }, index) => {
    const { credit = 0, feedback } = now[index] ?? {};
    return { id, text, credit, feedback };
  });
}

/** The left texts stay in their order; the right ones may change places with each other and with distractors. */
function partsOf(
  old: StoredMatching,
  { pairs, distractors = [] }: AuthoredMatching,
): Pick<StoredMatching, 'pairs' | 'distractors'> | undefined {
  const ids = new Map([
    ...old.pairs.map(({ right, rightId }) => [right, rightId] as const),
    ...old.distractors.map(({ text, id }) => [text, id] as const),
  ]);
  const shown = new Set([...pairs.map(({ right }) => right), ...distractors]);
  const sameLefts = sameTexts(
    old.pairs.map(({ left }) => left),
    pairs.map(({ left }) => left),
  );
  if (!sameLefts || !sameTexts([...ids.keys()].sort(), [...shown].sort())) return undefined;
  const idOf = (text: string) => ids.get(text) ?? '';
  return {
    pairs: old.pairs.map(({ leftId, left }, index) => {
      const right = pairs[index]?.right ?? '';
      return { leftId, left, rightId: idOf(right), right };
    }),
    distractors: distractors.map((text) => ({ id: idOf(text), text })),
  };
}

function itemsOf(old: StoredOrdering, { items }: AuthoredOrdering): StoredOrdering['items'] | undefined {
  if (!sameTexts(textsOf(old.items).sort(), [...items].sort())) return undefined;
  const left = [...old.items];
  return items.flatMap((text) => {
    const at = left.findIndex((item) => item.text === text);
    return left.splice(at, 1);
  });
}

const textsOf = (parts: readonly { text: string }[]): string[] => parts.map(({ text }) => text);

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index]);
