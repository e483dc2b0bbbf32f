import { validateSync } from 'class-validator';
import type { FieldError } from '../../common/errors.js';
import { flattenErrors } from '../../common/validation.js';
import { buildQuestion, type QuestionDto } from './question.dto.js';

/** Judges one question by the rules an author's request body is judged by; paths are relative to the question. */
export function checkQuestion(raw: unknown): { question: QuestionDto } | { errors: FieldError[] } {
  const dto = buildQuestion(raw);
  if (!dto) return { errors: [{ path: 'question', message: 'must be an object' }] };
  const errors = flattenErrors(validateSync(dto, { whitelist: true, forbidNonWhitelisted: true }));
  return errors.length > 0 ? { errors } : { question: dto as QuestionDto };
}
