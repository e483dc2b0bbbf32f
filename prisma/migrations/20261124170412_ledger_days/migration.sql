-- The day on which a submission was accepted: what counts in which period is read from the ledger.
ALTER TABLE "ledger" ADD COLUMN "accepted_on" DATE;
UPDATE "ledger" l SET "accepted_on" = (s."submitted_at" AT TIME ZONE 'UTC')::date
FROM "submissions" s WHERE s."id" = l."submission_id";
ALTER TABLE "ledger" ALTER COLUMN "accepted_on" SET NOT NULL;

-- One order a question: what a user got, who got anything in a period, and who did on a quiz. Lines that changed no
-- total, which most attempts leave, are in none.
CREATE INDEX "ledger_user_days_idx" ON "ledger" ("user_id", "accepted_on") INCLUDE ("quiz_id", "delta", "ordinal") WHERE "delta" <> 0;
CREATE INDEX "ledger_days_idx" ON "ledger" ("accepted_on", "user_id") INCLUDE ("delta", "ordinal") WHERE "delta" <> 0;
CREATE INDEX "ledger_quiz_days_idx" ON "ledger" ("quiz_id", "accepted_on", "user_id") INCLUDE ("delta", "ordinal") WHERE "delta" <> 0;

-- Who lost points lately, which only regrades take: boards that are built keep out what was computed before.
CREATE INDEX "ledger_falls_idx" ON "ledger" ("created_at") INCLUDE ("user_id") WHERE "delta" < 0;
