import { pick, shuffled } from './random.mjs';

const NOBODY_ACCEPTS = 'I really do not know';

/**
 * A response of the right shape by someone who does not know: mostly wrong, sometimes partly right, as in life.
 * @param {import('./answers.mjs').QuestionView} view
 * @param {import('./answers.mjs').QuestionKey} key
 * @param {import('./random.mjs').Random} random
 * @returns {unknown}
 */
export function wrongResponse(view, key, random) {
  const { options = [], left = [], right = [], items = [] } = view;
  switch (key.type) {
    case 'single_choice':
      return (pick(wrongOptions(key), random) ?? key.options.at(-1)).id;
    case 'multiple_choice':
      return options.filter(() => random() < 0.5).map(({ id }) => id);
    case 'true_false':
      return !key.correct;
    case 'short_text':
      return NOBODY_ACCEPTS;
    case 'numeric':
      return beyond(key.accepted);
    case 'matching':
      return Object.fromEntries(left.map(({ id }) => [id, pick(right, random)?.id]));
    case 'ordering':
      return shuffled(items, random).map(({ id }) => id);
    default:
      throw new Error(`Nobody here can answer a question of type ${key.type}`);
  }
}

const wrongOptions = ({ options }) => options.filter(({ credit }) => credit <= 0);

/** Larger than anything that is accepted. */
function beyond(accepted) {
  const bounds = accepted.map(({ value, tolerance = 0, max }) => (value ?? max) + tolerance);
  return Math.max(0, ...bounds) * 2 + 1;
}
