-- AlterTable
ALTER TABLE "submissions" ADD COLUMN     "preview" BOOLEAN NOT NULL DEFAULT false;
