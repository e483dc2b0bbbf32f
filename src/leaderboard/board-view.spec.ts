import { describe, expect, it } from '@jest/globals';
import { placeView, rankedUsers } from './board-view.js';

const place = (over: object) =>
  placeView({ size: 4, firstRank: 1, rows: [], rank: 2, points: 30, pointsAbove: 40, ...over }, []);

describe('a place on a board', () => {
  it.each([
    [1, 100],
    [2, 75],
    [4, 25],
  ])('at rank %i of 4 leaves %i percent at or below it', (rank, percentile) => {
    expect(place({ rank }).percentile).toBe(percentile);
  });

  it('needs one point more than the next has, since a tie goes to who was first', () => {
    expect(place({}).pointsToNext).toBe(11);
    expect(place({ points: 40 }).pointsToNext).toBe(1);
  });

  it('has nobody above at rank 1', () => {
    expect(place({ rank: 1, pointsAbove: null }).pointsToNext).toBeNull();
  });

  it('is gained with the first point', () => {
    expect(place({ rank: null, points: 0, pointsAbove: null })).toEqual({
      ...{ rank: null, score: 0, size: 4, percentile: 0, pointsToNext: 1, neighbours: [] },
    });
  });
});

it('numbers the users of a page from its first rank, and names those who want to be seen, and the viewer', () => {
  const rows = [
    { userId: 'a', points: 9, username: 'Anna' },
    { userId: 'b', points: 8 },
    { userId: 'c', points: 7 },
    { userId: 'd', points: 6, username: null },
    { userId: 'e', points: 5 },
  ];
  const names = new Map([
    ['b', 'Ben'],
    ['c', null],
    ['e', null],
  ]);
  const viewer = { userId: 'e', username: 'Eve' };
  expect(rankedUsers({ size: 9, firstRank: 4, rows }, names, viewer)).toEqual([
    { rank: 4, userId: 'a', username: 'Anna', score: 9 },
    { rank: 5, userId: 'b', username: 'Ben', score: 8 },
    { rank: 6, userId: null, username: null, score: 7 },
    { rank: 7, userId: null, username: null, score: 6 },
    { rank: 8, userId: 'e', username: 'Eve', score: 5 },
  ]);
});
