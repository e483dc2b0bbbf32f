import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json; every tool works from here, wherever it was called. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * @param {...string} parts
 * @returns {string} an absolute path inside the project
 */
export const inProject = (...parts) => path.join(projectRoot, ...parts);

/**
 * Where `npm start` keeps what must survive it: stores, secrets, pid files.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} absolute; `DATA_DIR`, relative to the project, else `.data`
 */
export const dataDirOf = (env) => path.resolve(projectRoot, env.DATA_DIR || '.data');
