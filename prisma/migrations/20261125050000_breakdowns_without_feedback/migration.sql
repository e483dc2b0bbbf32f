-- Feedback is derived from the version and the answers when a submission is read: a copy in every submission grew with
-- the product of learners and explanations.
UPDATE "submissions" SET "breakdown" = (
  SELECT jsonb_agg(entry - 'feedback' ORDER BY place)
  FROM jsonb_array_elements("breakdown") WITH ORDINALITY AS t (entry, place)
)
WHERE "breakdown" @? '$[*].feedback';
