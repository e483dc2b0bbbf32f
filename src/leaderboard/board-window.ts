/** Consecutive places of a board, read at one moment; `null` in place of one means that Redis cannot be believed. */
export interface BoardPage {
  size: number;
  firstRank: number;
  rows: BoardRow[];
}

export interface BoardRow {
  userId: string;
  points: number;
  /** Known when it came with the row; null for who does not want to be seen. */
  username?: string | null;
}

/** A user's place and the places around it. */
export interface BoardPlace extends BoardPage {
  rank: number | null;
  points: number;
  /** Points of the user one rank above; null at rank 1 and for who is not ranked. */
  pointsAbove: number | null;
}
