-- A promise may be due later, and more or less urgent. The sweeper goes through them by id.
ALTER TABLE "outbox" ADD COLUMN "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, ADD COLUMN "priority" TEXT NOT NULL DEFAULT 'normal';
UPDATE "outbox" SET "due_at" = "created_at";
DROP INDEX "outbox_created_at_idx";

-- What is still to be scored is swept by id, too.
DROP INDEX "submissions_queued_idx";
CREATE INDEX "submissions_queued_idx" ON "submissions"("id") WHERE "status" = 'queued';
