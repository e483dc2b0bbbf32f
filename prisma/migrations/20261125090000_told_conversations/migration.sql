-- Up to where who follows a conversation is known to have been told. Whoever sweeps looks at the rest: at first at all.
ALTER TABLE "conversations" ADD COLUMN "told_seq" BIGINT NOT NULL DEFAULT 0;
CREATE INDEX "conversations_untold_idx" ON "conversations" ("id") WHERE "seq" > "told_seq";
DROP INDEX "conversations_active_at_idx";
