-- AlterTable
ALTER TABLE "quiz_versions" ADD COLUMN     "shuffle" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "time_limit_sec" INTEGER;

-- Of versions that were replaced the settings were not kept: those of now stand in, as they did so far.
UPDATE "quiz_versions" v SET "shuffle" = q."shuffle", "time_limit_sec" = q."time_limit_sec"
FROM "quizzes" q WHERE q."id" = v."quiz_id";

-- But the clock of an attempt tells the time limit of its version.
UPDATE "quiz_versions" v SET "time_limit_sec" = a."seconds"
FROM (
  SELECT "quiz_id", "quiz_version", round(extract(epoch FROM min("deadline" - "started_at")))::integer AS "seconds"
  FROM "attempts" WHERE "deadline" IS NOT NULL GROUP BY 1, 2
) a
WHERE a."quiz_id" = v."quiz_id" AND a."quiz_version" = v."version"
  AND v."version" < (SELECT "version" FROM "quizzes" WHERE "id" = v."quiz_id");
