-- CreateEnum
CREATE TYPE "RegradeStatus" AS ENUM ('queued', 'running', 'done', 'failed');

-- AlterTable
ALTER TABLE "ledger" ADD COLUMN     "regrade_id" UUID;

-- AlterTable
ALTER TABLE "quiz_versions" ADD COLUMN     "key_revision" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "submissions" ADD COLUMN     "key_revision" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "regrades" (
    "id" UUID NOT NULL,
    "quiz_id" UUID NOT NULL,
    "quiz_version" INTEGER NOT NULL,
    "status" "RegradeStatus" NOT NULL DEFAULT 'queued',
    "processed" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "cursor" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "regrades_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "regrades_quiz_id_quiz_version_idx" ON "regrades"("quiz_id", "quiz_version");

-- CreateIndex
CREATE INDEX "regrades_finished_at_created_at_idx" ON "regrades"("finished_at", "created_at");

-- CreateIndex
CREATE INDEX "quiz_standings_quiz_id_user_id_idx" ON "quiz_standings"("quiz_id", "user_id");

-- AddForeignKey
ALTER TABLE "regrades" ADD CONSTRAINT "regrades_quiz_id_quiz_version_fkey" FOREIGN KEY ("quiz_id", "quiz_version") REFERENCES "quiz_versions"("quiz_id", "version") ON DELETE CASCADE ON UPDATE CASCADE;
