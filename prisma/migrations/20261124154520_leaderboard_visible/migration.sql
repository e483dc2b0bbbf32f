-- AlterTable
ALTER TABLE "users" ADD COLUMN     "leaderboard_visible" BOOLEAN NOT NULL DEFAULT true;
