-- Ordinals rise for ever, and a board in Redis has room for 2^31 of them: it counts them from an origin.

-- That of the global board over `all`, and how far a renumbering is that moves it up. One row.
CREATE TABLE "ordinal_origin" (
  "only" BOOLEAN PRIMARY KEY DEFAULT true CHECK ("only"),
  "origin" BIGINT NOT NULL DEFAULT 0,
  "cut" BIGINT,
  "points" INTEGER NOT NULL DEFAULT 0,
  "ordinal" BIGINT NOT NULL DEFAULT 0,
  "place" INTEGER NOT NULL DEFAULT 0,
  "most" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "ordinal_origin" DEFAULT VALUES;

-- Those of periods, by the day on which they begin. A day without one counts from that of the last day that has one.
CREATE TABLE "ordinal_days" (
  "day" DATE PRIMARY KEY,
  "origin" BIGINT NOT NULL
);

CREATE FUNCTION "ordinal_on_board"("ordinal" BIGINT) RETURNS BIGINT LANGUAGE sql STABLE AS $$
  SELECT $1 - (SELECT o."origin" FROM "ordinal_origin" o)
$$;
CREATE FUNCTION "ordinal_in_period"("ordinal" BIGINT, "first_day" DATE) RETURNS BIGINT LANGUAGE sql STABLE AS $$
  SELECT $1 - coalesce((SELECT d."origin" FROM "ordinal_days" d WHERE d."day" <= $2 ORDER BY d."day" DESC LIMIT 1), 0)
$$;
