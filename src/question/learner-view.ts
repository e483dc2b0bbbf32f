import type { ItemView, QuestionView } from './dto/question-view.dto.js';
import type { Item, StoredMatching, StoredQuestion } from './question.types.js';
import { shuffled, shuffledBy } from './shuffle.js';

export interface ViewOrder {
  /** Whether choices are shuffled, too. */
  shuffleOptions?: boolean;
  /** Makes every shuffle the same each time, such as an attempt's id; else each is another. */
  seed?: string;
}

type Shuffle = <T extends { id: string }>(list: readonly T[]) => T[];

/**
 * A question as a learner sees it: no credit, feedback, explanation or right order.
 * Matching and ordering are always shuffled; options only if `shuffleOptions`.
 */
export function learnerView(question: StoredQuestion, order: ViewOrder = {}): QuestionView {
  const { id, type, prompt, promptFormat, points } = question;
  return { id, type, prompt, promptFormat, points, ...choices(question, order) };
}

/** All questions of a quiz as a learner sees them; shuffled themselves, too, if `shuffleOptions`. */
export function learnerViews(questions: readonly StoredQuestion[], order: ViewOrder = {}): QuestionView[] {
  const views = questions.map((question) => learnerView(question, order));
  return order.shuffleOptions ? shuffleOf(order)(views) : views;
}

const shuffleOf =
  ({ seed }: ViewOrder): Shuffle =>
  (list) =>
    seed === undefined ? shuffled(list) : shuffledBy(seed, list);

function choices(question: StoredQuestion, order: ViewOrder): Partial<QuestionView> {
  const shuffle = shuffleOf(order);
  switch (question.type) {
    case 'single_choice':
    case 'multiple_choice': {
      const options = question.options.map(visible);
      return { options: order.shuffleOptions ? shuffle(options) : options };
    }
    case 'matching':
      return sides(question, shuffle);
    case 'ordering':
      return { items: shuffle(question.items.map(visible)) };
    case 'true_false':
    case 'short_text':
    case 'numeric':
      return {};
  }
}

const visible = ({ id, text }: Item): ItemView => ({ id, text });

function sides(
  { pairs, distractors }: StoredMatching,
  shuffle: Shuffle,
): Pick<QuestionView, 'left' | 'right'> {
  const left = pairs.map((pair) => ({ id: pair.leftId, text: pair.left }));
  const rightById = new Map(pairs.map((pair) => [pair.rightId, pair.right]));
  const right = [...rightById].map(([id, text]) => ({ id, text }));
  return { left: shuffle(left), right: shuffle([...right, ...distractors.map(visible)]) };
}
