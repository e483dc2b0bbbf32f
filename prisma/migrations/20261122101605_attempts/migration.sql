-- Part of a title is found by its trigrams; the extension is a trusted one, so the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateTable
CREATE TABLE "attempts" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "quiz_id" UUID NOT NULL,
    "quiz_version" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline" TIMESTAMPTZ(3),
    "submission_id" UUID,
    "lapsed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "attempts_submission_id_key" ON "attempts"("submission_id");

-- CreateIndex
CREATE INDEX "attempts_user_id_quiz_id_idx" ON "attempts"("user_id", "quiz_id");

-- CreateIndex
CREATE INDEX "quizzes_title_idx" ON "quizzes" USING GIN ("title" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "quizzes_tags_idx" ON "quizzes" USING GIN ("tags");

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_quiz_id_quiz_version_fkey" FOREIGN KEY ("quiz_id", "quiz_version") REFERENCES "quiz_versions"("quiz_id", "version") ON DELETE CASCADE ON UPDATE CASCADE;
