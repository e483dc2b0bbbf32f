-- Who wants to hear nothing of whom.
CREATE TABLE "blocks" (
  "blocker_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "blocked_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("blocker_id", "blocked_id")
);
CREATE INDEX "blocks_blocked_id_blocker_id_idx" ON "blocks" ("blocked_id", "blocker_id");

CREATE TYPE "ConversationType" AS ENUM ('direct', 'group');
CREATE TABLE "conversations" (
  "id" UUID PRIMARY KEY,
  "type" "ConversationType" NOT NULL,
  "name" TEXT,
  "owner_id" UUID REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE,
  "pair" TEXT,
  "seq" BIGINT NOT NULL DEFAULT 0,
  "notified_seq" BIGINT NOT NULL DEFAULT 0,
  "notify_due" BOOLEAN NOT NULL DEFAULT false,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "active_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "conversations_pair_key" ON "conversations" ("pair");
CREATE INDEX "conversations_active_at_idx" ON "conversations" ("active_at");

CREATE TABLE "conversation_members" (
  "conversation_id" UUID NOT NULL REFERENCES "conversations"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "user_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "read_seq" BIGINT NOT NULL DEFAULT 0,
  "hidden" BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY ("conversation_id", "user_id")
);
CREATE INDEX "conversation_members_user_id_conversation_id_idx" ON "conversation_members" ("user_id", "conversation_id");

CREATE TABLE "messages" (
  "id" UUID PRIMARY KEY,
  "conversation_id" UUID NOT NULL REFERENCES "conversations"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "seq" BIGINT NOT NULL,
  "sender_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "text" TEXT NOT NULL,
  "client_message_id" TEXT NOT NULL,
  "sent_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "edited_at" TIMESTAMPTZ(3),
  "deleted_at" TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX "messages_conversation_id_seq_key" ON "messages" ("conversation_id", "seq");
CREATE UNIQUE INDEX "messages_conversation_id_sender_id_client_message_id_key" ON "messages" ("conversation_id", "sender_id", "client_message_id");
CREATE INDEX "messages_sender_id_id_idx" ON "messages" ("sender_id", "id");

CREATE TYPE "ChatEventKind" AS ENUM ('message', 'edit', 'delete');
CREATE TABLE "conversation_events" (
  "conversation_id" UUID NOT NULL REFERENCES "conversations"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "seq" BIGINT NOT NULL,
  "id" UUID NOT NULL,
  "kind" "ChatEventKind" NOT NULL,
  "message_id" UUID NOT NULL REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("conversation_id", "seq")
);
CREATE INDEX "conversation_events_message_id_idx" ON "conversation_events" ("message_id");

CREATE TABLE "message_reports" (
  "id" UUID PRIMARY KEY,
  "message_id" UUID NOT NULL REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "reporter_id" UUID NOT NULL REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "reason" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "settled_at" TIMESTAMPTZ(3),
  "settled_by" UUID
);
CREATE UNIQUE INDEX "message_reports_message_id_reporter_id_key" ON "message_reports" ("message_id", "reporter_id");
CREATE INDEX "message_reports_open_idx" ON "message_reports" ("id") WHERE "settled_at" IS NULL;
