-- AlterTable
ALTER TABLE "submissions" ADD COLUMN     "credits" real[];

-- What is scored already: one credit a question, in the order of the breakdown, which is the version's; null where the
-- answers leave it out.
UPDATE "submissions" s SET "credits" = ARRAY(
  SELECT CASE
    WHEN s."answers" @> jsonb_build_array(jsonb_build_object('questionId', entry -> 'questionId'))
    THEN (entry ->> 'credit')::real
  END
  FROM jsonb_array_elements(s."breakdown") WITH ORDINALITY AS t (entry, place) ORDER BY place
)
WHERE s."status" = 'scored' AND s."breakdown" IS NOT NULL;
