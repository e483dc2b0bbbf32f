import { Injectable } from '@nestjs/common';
import { asError } from '../common/as-error.js';
import { grade } from '../question/grader.js';
import { QuizVersions } from '../quiz/quiz-versions.js';
import type { KeyedGrade } from './ledger.js';
import { ScorePublisher } from './score-publisher.js';
import { ScoringRepository, type LoadedSubmission } from './scoring.repository.js';

/** The way of a submission from its job to the ledger, the board and the profile; every step may be repeated. */
@Injectable()
export class ScoringService {
  constructor(
    private readonly scores: ScoringRepository,
    private readonly versions: QuizVersions,
    private readonly publisher: ScorePublisher,
  ) {}

  /**
   * Scores submissions once, however often they are handed in.
   * @returns those that could not be graded, with the reason; the rest is done in PostgreSQL and Redis
   */
  async score(ids: string[]): Promise<Map<string, Error>> {
    const loaded = await this.scores.load(ids);
    const queued = loaded.filter((submission) => submission.status === 'queued');
    const { grades, failures } = await this.gradeAll(queued);
    const users = queued.filter(({ id }) => grades.has(id)).map(({ userId }) => userId);
    const { scored, outdated } = await this.scores.score(grades, [...new Set(users)]);
    for (const id of outdated) failures.set(id, new Error('The key was corrected while this was graded'));
    const previews = loaded.filter(({ preview }) => preview).map(({ id }) => id);
    const told = previews.length > 0 ? await this.scores.previews(previews) : [];
    await this.publisher.publish([...(await this.scores.scored(ids)), ...told], scored);
    return failures;
  }

  private async gradeAll(submissions: LoadedSubmission[]) {
    const grades = new Map<string, KeyedGrade>();
    const failures = new Map<string, Error>();
    for (const submission of submissions) {
      const { quizId, quizVersion, keyRevision } = submission;
      const version = await this.versions.get(quizId, quizVersion, keyRevision);
      try {
        if (!version) throw new Error(`Quiz ${quizId} has no version ${quizVersion}`);
        grades.set(submission.id, {
          grade: grade(version.questions, submission.answers),
          keyRevision: version.keyRevision,
        });
      } catch (error) {
        failures.set(submission.id, asError(error));
      }
    }
    return { grades, failures };
  }
}
