/** Every kind of notification that there is: a new one is a file here, and a line. */
export * from './account-going-dormant.kind.js';
export * from './conversation.kinds.js';
export * from './quiz-published.kind.js';
export * from './score-corrected.kind.js';
export * from './top10.kinds.js';
export * from './weekly-digest.kind.js';
