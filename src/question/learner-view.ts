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
export const learnerView = (question: StoredQuestion, order: ViewOrder = {}): QuestionView =>
  arranged(withoutKey(question), order);

/** All questions of a quiz as a learner sees them; shuffled themselves, too, if `shuffleOptions`. */
export const learnerViews = (questions: readonly StoredQuestion[], order: ViewOrder = {}): QuestionView[] =>
  rearranged(questions.map(withoutKey), order);

/** What `learnerViews` gave before, in the order that it would have now. */
export function rearranged(views: readonly QuestionView[], order: ViewOrder = {}): QuestionView[] {
  const all = views.map((view) => arranged(view, order));
  return order.shuffleOptions ? shuffleOf(order)(all) : all;
}

const shuffleOf =
  ({ seed }: ViewOrder): Shuffle =>
  (list) =>
    seed === undefined ? shuffled(list) : shuffledBy(seed, list);

function arranged(view: QuestionView, order: ViewOrder): QuestionView {
  const { options, left, right, items } = view;
  const shuffle = shuffleOf(order);
  return {
    ...view,
    ...(options && order.shuffleOptions ? { options: shuffle(options) } : {}),
    ...(left && right ? { left: shuffle(left), right: shuffle(right) } : {}),
    ...(items ? { items: shuffle(items) } : {}),
  };
}

/** Still in the order in which it was written, which tells the key of ordering and matching. */
function withoutKey(question: StoredQuestion): QuestionView {
  const { id, type, prompt, promptFormat, points } = question;
  return { id, type, prompt, promptFormat, points, ...choices(question) };
}

function choices(question: StoredQuestion): Partial<QuestionView> {
  switch (question.type) {
    case 'single_choice':
    case 'multiple_choice':
      return { options: question.options.map(visible) };
    case 'matching':
      return sides(question);
    case 'ordering':
      return { items: question.items.map(visible) };
    case 'true_false':
    case 'short_text':
    case 'numeric':
      return {};
  }
}

const visible = ({ id, text }: Item): ItemView => ({ id, text });

function sides({ pairs, distractors }: StoredMatching): Pick<QuestionView, 'left' | 'right'> {
  const left = pairs.map((pair) => ({ id: pair.leftId, text: pair.left }));
  const rightById = new Map(pairs.map((pair) => [pair.rightId, pair.right]));
  const right = [...rightById].map(([id, text]) => ({ id, text }));
  return { left, right: [...right, ...distractors.map(visible)] };
}
