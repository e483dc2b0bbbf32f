import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ToolError } from '../lib/run.mjs';
import { Account } from './account.mjs';
import { eachOf } from './time.mjs';

/**
 * @typedef {object} CourseQuiz
 * @property {string} id
 * @property {string} title
 * @property {Map<string, import('./answers.mjs').QuestionKey>} keys by question id
 * @typedef {{ file: string, accepted: number, rejected: { line: number, name: string, reason: string }[],
 *   imported: number, quizzes: CourseQuiz[] }} Course
 */

const USUAL_SIZE = 10;

/**
 * Imports the file, published, and reads the key of the quizzes that will be played.
 * @param {import('./http.mjs').Http} http
 * @param {import('./options.mjs').Options} options
 * @returns {Promise<Course>}
 */
export async function importCourse(http, { gift, quizzes: wanted, author }) {
  const text = await readGift(gift);
  const account = await logIn(http, author);
  const size = await sizeOfQuizzes(account, text, wanted);
  const { quizzes, accepted, rejected } = await importGift(account, text, `quizSize=${size}&publish=true`);
  const keyed = await eachOf(quizzes.slice(0, wanted), 4, async ({ id, title }) => {
    const { questions } = await account.get(`/quizzes/${id}/key`);
    return { id, title, keys: new Map(questions.map((question) => [question.id, question])) };
  });
  return { file: path.basename(gift), accepted, rejected, imported: quizzes.length, quizzes: keyed };
}

async function readGift(file) {
  return await readFile(file, 'utf8').catch((error) => {
    throw new ToolError(
      `Cannot read ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    );
  });
}

async function logIn(http, { identifier, password }) {
  return await Account.logIn(http, identifier, password).catch((error) => {
    if (error.code !== 'invalid_credentials') throw error;
    throw new ToolError(
      `The server does not know ${identifier} by this password: name an author with --author and --password ` +
        '(the demo author exists unless the server was started with SEED=none).',
    );
  });
}

/** Quizzes of ten questions; of fewer where the file would not make enough of them. */
async function sizeOfQuizzes(account, text, wanted) {
  const usual = await importGift(account, text, `quizSize=${USUAL_SIZE}&dryRun=true`);
  if (usual.quizzes.length >= wanted) return USUAL_SIZE;
  for (let size = Math.min(USUAL_SIZE - 1, Math.floor(usual.accepted / wanted)); size >= 1; size -= 1) {
    const tried = await importGift(account, text, `quizSize=${size}&dryRun=true`);
    if (tried.quizzes.length >= wanted) return size;
  }
  throw new ToolError(
    `The file has ${usual.accepted} questions that can be used${firstReason(usual.rejected)}, ` +
      `too few for ${wanted} quizzes.`,
  );
}

const firstReason = ([first]) => (first ? ` (line ${first.line}: ${first.reason})` : '');

async function importGift(account, text, query) {
  const { status, body } = await account.send('POST', `/quizzes/import?${query}`, { body: text });
  if (status === 202) throw new ToolError('The file has over 1,000 questions: play with a smaller one.');
  return body;
}
