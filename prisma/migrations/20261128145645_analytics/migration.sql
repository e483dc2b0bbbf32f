-- CreateTable
CREATE TABLE "user_activity_days" (
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "logins" INTEGER NOT NULL,
    "submissions" INTEGER NOT NULL,
    "messages" INTEGER NOT NULL,
    "quiz_views" INTEGER NOT NULL,

    CONSTRAINT "user_activity_days_pkey" PRIMARY KEY ("user_id","day")
);

-- CreateTable
CREATE TABLE "user_activity_months" (
    "user_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "logins" INTEGER NOT NULL,
    "submissions" INTEGER NOT NULL,
    "messages" INTEGER NOT NULL,
    "quiz_views" INTEGER NOT NULL,

    CONSTRAINT "user_activity_months_pkey" PRIMARY KEY ("user_id","month")
);

-- CreateTable
CREATE TABLE "user_activity_totals" (
    "user_id" UUID NOT NULL,
    "logins" INTEGER NOT NULL,
    "submissions" INTEGER NOT NULL,
    "messages" INTEGER NOT NULL,
    "quiz_views" INTEGER NOT NULL,

    CONSTRAINT "user_activity_totals_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "activity_saves" (
    "id" UUID NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_saves_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sketches" (
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "sketches_pkey" PRIMARY KEY ("kind","subject")
);

-- CreateIndex
CREATE INDEX "user_activity_days_day_idx" ON "user_activity_days"("day");

-- CreateIndex
CREATE INDEX "user_activity_months_month_idx" ON "user_activity_months"("month");

-- CreateIndex
CREATE INDEX "activity_saves_saved_at_idx" ON "activity_saves"("saved_at");
