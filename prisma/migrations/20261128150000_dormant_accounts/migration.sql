-- Accounts that nobody uses rest: their owners are on no board until they sign in again.
ALTER TABLE "users" ADD COLUMN "dormant_since" TIMESTAMPTZ(3);

-- Those who are named on no board: whoever ranks learners need not look at the others' rows.
DROP INDEX "users_off_boards_idx";
CREATE INDEX "users_off_boards_idx" ON "users"("id")
  WHERE "status" <> 'active' OR "deleted_at" IS NOT NULL OR "dormant_since" IS NOT NULL;

-- Who was not there for longest, among those whose accounts are in use.
CREATE INDEX "users_last_active_idx" ON "users"("last_active_at", "id")
  WHERE "status" = 'active' AND "deleted_at" IS NULL AND "dormant_since" IS NULL;
