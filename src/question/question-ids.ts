import { randomUUID } from 'node:crypto';
import { newId } from '../common/id.js';
import type {
  AuthoredMatching,
  AuthoredQuestion,
  ChoiceOption,
  Item,
  StoredMatching,
  StoredOption,
  StoredQuestion,
} from './question.types.js';

/** Gives authored questions their ids and defaults. Ids of options, items and pairs are random: they tell no order. */
export function withIds(authored: readonly AuthoredQuestion[]): StoredQuestion[] {
  return authored.map(withId);
}

function withId(question: AuthoredQuestion): StoredQuestion {
  const { prompt, promptFormat = 'plain', points = 1, explanation } = question;
  const base = { id: newId(), prompt, promptFormat, points, explanation };
  switch (question.type) {
    case 'single_choice':
      return { ...base, type: question.type, options: question.options.map(option) };
    case 'multiple_choice':
      return { ...base, type: question.type, options: question.options.map(option) };
    case 'true_false': {
      const { type, correct, feedback } = question;
      return { ...base, type, correct, feedback: feedback && { ...feedback } };
    }
    case 'short_text': {
      const { type, accepted, caseSensitive = false } = question;
      return { ...base, type, accepted: accepted.map((each) => ({ ...each })), caseSensitive };
    }
    case 'numeric':
      return { ...base, type: question.type, accepted: question.accepted.map((each) => ({ ...each })) };
    case 'matching':
      return { ...base, type: question.type, ...matchingParts(question) };
    case 'ordering':
      return { ...base, type: question.type, items: question.items.map(item) };
  }
}

const option = ({ text, credit, feedback }: ChoiceOption): StoredOption => ({
  id: randomUUID(),
  text,
  credit,
  feedback,
});

const item = (text: string): Item => ({ id: randomUUID(), text });

function matchingParts({
  pairs,
  distractors,
}: AuthoredMatching): Pick<StoredMatching, 'pairs' | 'distractors'> {
  const rightIds = new Map(pairs.map(({ right }) => [right, randomUUID() as string]));
  const withPairId = ({ left, right }: { left: string; right: string }) => ({
    leftId: randomUUID(),
    left,
    rightId: rightIds.get(right) ?? randomUUID(),
    right,
  });
  return { pairs: pairs.map(withPairId), distractors: (distractors ?? []).map(item) };
}
