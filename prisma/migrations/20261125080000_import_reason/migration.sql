-- AlterTable
ALTER TABLE "imports" ADD COLUMN "reason" TEXT;
