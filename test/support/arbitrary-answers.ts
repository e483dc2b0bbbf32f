import fc from 'fast-check';
import type { StoredMatching, StoredQuestion } from '../../src/question/question.types.js';

const anyText = fc.string({ unit: 'grapheme', maxLength: 20 });
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Whatever a learner may answer to a question, right or wrong: what the rules for answers let through. */
export function anyResponseTo(question: StoredQuestion): fc.Arbitrary<unknown> {
  switch (question.type) {
    case 'single_choice':
      return fc.constantFrom(...idsOf(question.options));
    case 'multiple_choice':
      return fc.shuffledSubarray(idsOf(question.options));
    case 'true_false':
      return fc.boolean();
    case 'short_text':
      return fc.oneof(anyText, near(question.accepted.map(({ text }) => text.replaceAll('*', 'x'))));
    case 'numeric':
      return fc.oneof(
        anyNumber,
        fc.constantFrom(...question.accepted.map(({ value, max }) => value ?? max ?? 0)),
      );
    case 'matching':
      return anyMatches(question);
    case 'ordering':
      return fc.shuffledSubarray(idsOf(question.items), { minLength: question.items.length });
  }
}

const idsOf = (parts: readonly { id: string }[]): string[] => parts.map(({ id }) => id);

/** One of the texts, as it is or in capitals. */
const near = (texts: string[]) =>
  fc.constantFrom(...texts, ...texts.map((text) => text.toUpperCase())).map((text) => text.slice(0, 1_000));

/** Some lefts with any rights. */
function anyMatches({ pairs, distractors }: StoredMatching): fc.Arbitrary<Record<string, string>> {
  const rights = [...pairs.map(({ rightId }) => rightId), ...idsOf(distractors)];
  return fc
    .tuple(
      ...pairs.map(({ leftId }) =>
        fc.option(fc.constantFrom(...rights).map((right) => [leftId, right] as const)),
      ),
    )
    .map((given) => Object.fromEntries(given.filter((match) => match !== null)));
}
