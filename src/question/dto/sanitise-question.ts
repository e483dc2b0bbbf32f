import { LIMITS } from '../question.limits.js';
import { sanitise } from '../html.js';

/** Sanitises, in place, every text of an HTML question that is shown; `accepted` holds what learners type, which is plain. */
export function sanitiseShownTexts(question: object): void {
  if (!('promptFormat' in question) || question.promptFormat !== 'html') return;
  for (const key of Object.keys(question)) {
    if (key === 'type' || key === 'promptFormat') continue;
    const value: unknown = Reflect.get(question, key);
    if (key === 'accepted') sanitiseFeedback(value);
    else Reflect.set(question, key, sanitised(value));
  }
}

function sanitiseFeedback(accepted: unknown): void {
  if (!Array.isArray(accepted)) return;
  for (const each of accepted as unknown[]) {
    if (each instanceof Object && 'feedback' in each) each.feedback = sanitised(each.feedback);
  }
}

/** Text, or the texts in a list or in an object one level down. */
function sanitised(value: unknown): unknown {
  // What is too long is refused anyway, and not worth the parser's time.
  if (typeof value === 'string') return value.length > 2 * LIMITS.promptLength ? value : sanitise(value);
  if (Array.isArray(value)) return value.map(sanitised);
  if (value instanceof Object)
    for (const key of Object.keys(value)) Reflect.set(value, key, sanitised(Reflect.get(value, key)));
  return value;
}
