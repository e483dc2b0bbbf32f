import { describe, expect, it } from '@jest/globals';
import { learnerView, learnerViews } from './learner-view.js';
import { withIds } from './question-ids.js';
import { shuffled, shuffledBy } from './shuffle.js';
import { SAMPLE, SAMPLES } from '../../test/support/sample-questions.js';

const stored = withIds(SAMPLES);
const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4/;

describe('ids', () => {
  it('gives questions UUIDv7 in their order and every part a random id', () => {
    const ids = stored.map(({ id }) => id);
    expect(ids.every((id) => id[14] === '7')).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    const parts = stored
      .map((question) => learnerView(question))
      .flatMap(({ options = [], left = [], right = [], items = [] }) => [
        ...options,
        ...left,
        ...right,
        ...items,
      ]);
    expect(parts).toHaveLength(3 + 4 + 3 + 3 + 3);
    for (const part of parts)
      expect(part).toEqual({ id: expect.stringMatching(V4), text: expect.any(String) });
  });

  it('fills in the defaults', () => {
    const [question] = withIds([{ type: 'short_text', prompt: 'x', accepted: [{ text: 'y' }] }]);
    expect(question).toMatchObject({ points: 1, promptFormat: 'plain', caseSensitive: false });
  });

  it('gives pairs with the same right text one right id, and lefts and rights different ones', () => {
    const [matching] = withIds([SAMPLE.matching]);
    if (matching?.type !== 'matching') throw new Error('not a matching question');
    const ids = new Set(matching.pairs.flatMap(({ leftId, rightId }) => [leftId, rightId]));
    expect(ids.size).toBe(5);
    expect(matching.pairs[1]?.rightId).toBe(matching.pairs[2]?.rightId);
  });
});

describe('the learner view', () => {
  it('holds nothing but what a learner may see', () => {
    const seen = JSON.stringify(stored.map((question) => learnerView(question)));
    expect(seen).not.toMatch(
      /credit|feedback|explanation|accepted|correct|pairs|tolerance|16384|Indeed|Exactly/,
    );
    const fields = stored.map((question) => Object.keys(learnerView(question)).slice(5));
    expect(fields).toEqual([['options'], ['options'], [], [], [], ['left', 'right'], ['items']]);
  });

  it('shows each right text once, distractors among them', () => {
    const view = stored.filter(({ type }) => type === 'matching').map((question) => learnerView(question))[0];
    expect(view?.right?.map(({ text }) => text).sort()).toEqual(['Hash', 'List', 'Sorted Set']);
  });

  it('keeps options in order unless told to shuffle', () => {
    const [single] = withIds([SAMPLE.single]);
    if (!single) throw new Error('no question');
    const texts = (shuffle: boolean) =>
      learnerView(single, { shuffleOptions: shuffle })
        .options?.map(({ text }) => text)
        .join(' ');
    expect(texts(false)).toBe('ZADD ZINCRBY SADD');
    expect(new Set(Array.from({ length: 200 }, () => texts(true))).size).toBe(6);
  });

  it('shuffles ordering and matching so that the right order comes no more often than another', () => {
    const count = new Map<string, number>();
    for (let round = 0; round < 6_000; round += 1) {
      const order = shuffled(['a', 'b', 'c']).join('');
      count.set(order, (count.get(order) ?? 0) + 1);
    }
    expect(count.size).toBe(6);
    // 1,000 each expected; the standard deviation is 29, so this fails once in 10^9 runs or so.
    for (const times of count.values()) expect(Math.abs(times - 1_000)).toBeLessThan(200);
  });

  it('gives one seed one order of everything, and other seeds others', () => {
    const many = withIds(Array.from({ length: 8 }, () => SAMPLES).flat());
    const seen = (seed: string) => JSON.stringify(learnerViews(many, { shuffleOptions: true, seed }));
    expect(seen('a')).toBe(seen('a'));
    expect(new Set(Array.from({ length: 50 }, (_, index) => seen(String(index)))).size).toBe(50);
    const ids = many.map(({ id }) => id);
    const kept = learnerViews(many, { seed: 'a' });
    expect(kept.map(({ id }) => id)).toEqual(ids);
    expect(learnerViews(many, { seed: 'a', shuffleOptions: true }).map(({ id }) => id)).not.toEqual(ids);
  });

  it('tells whoever knows the seed nothing of the right order: the ids decide, and they are random', () => {
    const count = new Map<string, number>();
    for (let round = 0; round < 6_000; round += 1) {
      const [ordering] = withIds([SAMPLE.ordering]);
      if (ordering?.type !== 'ordering') throw new Error('not an ordering question');
      const order = shuffledBy('one seed for all', ordering.items)
        .map(({ text }) => text)
        .join(' ');
      count.set(order, (count.get(order) ?? 0) + 1);
    }
    expect(count.size).toBe(6);
    for (const times of count.values()) expect(Math.abs(times - 1_000)).toBeLessThan(200);
  });
});
