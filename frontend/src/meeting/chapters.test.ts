import { describe, expect, it } from 'vitest';

import { chapterAt, spansOf, within } from './chapters';

describe('a shared screen', () => {
  it('is shown while it was shared', () => {
    const spans = spansOf('1.5-3 10-20.25 ');
    expect([0, 1.5, 2.9, 3, 15, 21].map((time) => within(spans, time))).toEqual([false, true, true, false, true, false]);
    expect(within(spansOf(''), 1)).toBe(false);
  });
});

describe('the chapter that plays', () => {
  it('is the last one that has begun', () => {
    expect([0, 4, 9.97, 30, 99].map((time) => chapterAt([0, 10, 30], time))).toEqual([0, 0, 1, 2, 2]);
  });

  it('is none before the first', () => {
    expect(chapterAt([5], 1)).toBe(-1);
  });

  it('is the last of several that begin together', () => {
    expect(chapterAt([0, 0], 0)).toBe(1);
  });
});
