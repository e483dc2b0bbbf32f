import { PARTS_SEEN } from './build.js';

/** A place in a question that holds a text which learners see. */
export interface ShownText {
  /** Such as `options.0.text`. */
  path: string;
  text: string;
  replace: (text: string) => void;
}

/**
 * The texts of a question that are shown, as sent or as a DTO; `accepted` holds what learners type, of which only the
 * feedback is. Of lists no more than is needed to see that they are too long.
 */
export function* shownTexts(question: object): Generator<ShownText> {
  for (const key of Object.keys(question)) {
    if (key === 'type' || key === 'promptFormat') continue;
    yield* textsAt(question, key, key, key === 'accepted' ? 'feedback' : undefined);
  }
}

/** @param only the one name that counts in objects below */
function* textsAt(holder: object, key: string, path: string, only?: string): Generator<ShownText> {
  const value: unknown = Reflect.get(holder, key);
  if (typeof value === 'string')
    yield { path, text: value, replace: (text) => void Reflect.set(holder, key, text) };
  if (!(value instanceof Object)) return;
  for (const name of Object.keys(value).slice(0, PARTS_SEEN))
    if (only === undefined || Array.isArray(value) || name === only)
      yield* textsAt(value, name, `${path}.${name}`, only);
}
