-- Who wants to hear of whom.
CREATE TABLE "follows" (
  "follower_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "followee_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("follower_id", "followee_id")
);
CREATE INDEX "follows_followee_id_follower_id_idx" ON "follows" ("followee_id", "follower_id");

CREATE TABLE "notifications" (
  "id" UUID PRIMARY KEY,
  "user_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "kind" TEXT NOT NULL,
  "data" JSONB NOT NULL,
  "occasion" TEXT NOT NULL,
  "about" TEXT,
  "in_app" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "read_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "notifications_user_id_kind_occasion_key" ON "notifications" ("user_id", "kind", "occasion");
CREATE INDEX "notifications_user_id_id_idx" ON "notifications" ("user_id", "id");
CREATE INDEX "notifications_created_at_idx" ON "notifications" ("created_at");
-- Who has seen what it is about has read it.
CREATE INDEX "notifications_about_idx" ON "notifications" ("user_id", "about") WHERE "read_at" IS NULL AND "about" IS NOT NULL;
-- How many are unread is asked at every sign-in.
CREATE INDEX "notifications_unread_idx" ON "notifications" ("user_id") WHERE "read_at" IS NULL AND "in_app";

CREATE TABLE "notification_preferences" (
  "user_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "kind" TEXT NOT NULL,
  "in_app" BOOLEAN NOT NULL,
  "email" BOOLEAN NOT NULL,
  PRIMARY KEY ("user_id", "kind")
);

-- How far a reader of a topic is, which must do what follows from each event once.
CREATE TABLE "topic_cursors" (
  "reader" TEXT PRIMARY KEY,
  "epoch" TEXT NOT NULL,
  "seq" BIGINT NOT NULL
);
