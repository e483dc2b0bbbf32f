/**
 * What GIFT has no words for, in comments that other tools skip, in the manner of Moodle's own `// [id:…] [tag:…]`:
 * `// [points:5]`, `// [caseSensitive]` and `// [type:multiple_choice]` right above a question, and a whole question that
 * GIFT cannot carry as `// [redistack] {…}` (JSON, as an author would send it).
 */
export interface Remarks {
  points?: number;
  caseSensitive?: true;
  type?: 'multiple_choice';
}

const WHOLE = /^\/\/\s*\[redistack\]\s*(\{.*\})$/;

/** What a comment line says of the question below it. */
export function remarksIn(comment: string): Remarks {
  const points = /\[points:(\d{1,4})\]/.exec(comment)?.[1];
  return {
    ...(points === undefined ? {} : { points: Number(points) }),
    ...(comment.includes('[caseSensitive]') ? { caseSensitive: true } : {}),
    ...(comment.includes('[type:multiple_choice]') ? { type: 'multiple_choice' } : {}),
  };
}

/** The JSON of a question that a comment holds; undefined for any other comment. */
export const wholeQuestionIn = (comment: string): string | undefined => WHOLE.exec(comment)?.[1];

/** The comment above a question; '' where there is nothing to say. */
export function remarkLine({ points = 1, caseSensitive, type }: Remarks): string {
  const words = [
    ...(points === 1 ? [] : [`[points:${points}]`]),
    ...(caseSensitive ? ['[caseSensitive]'] : []),
    ...(type ? [`[type:${type}]`] : []),
  ];
  return words.length === 0 ? '' : `// ${words.join(' ')}\n`;
}

export const wholeQuestionLine = (question: object): string => `// [redistack] ${JSON.stringify(question)}\n`;
