-- The few who are named on no board: whoever ranks learners need not look at the others' rows.
CREATE INDEX "users_off_boards_idx" ON "users"("id") WHERE "status" <> 'active' OR "deleted_at" IS NOT NULL;
