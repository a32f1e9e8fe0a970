import { describe, expect, it } from 'vitest';

import { isoDate, tidyDate, tidyTime } from './dates';

const today = new Date('2026-11-23T03:00:00Z');

describe('a date as people type it', () => {
  it.each([
    ['5/3', '05/03/2026'], ['05/03/2027', '05/03/2027'], ['5-3-27', '05/03/2027'], ['5.3.2027', '05/03/2027'],
    ['05032027', '05/03/2027'], [' 29/2/2028 ', '29/02/2028'],
  ])('%s becomes %s', (typed, tidy) => expect(tidyDate(typed, today)).toBe(tidy));

  it.each(['', 'mai', '31/02/2026', '13/13/2026', '2026', '1/2/3/4'])('%s is left alone', (typed) => {
    expect(tidyDate(typed, today)).toBe(typed);
  });

  it('opens the calendar on the day that stands there', () => {
    expect(isoDate('05/03/2027')).toBe('2027-03-05');
    expect(isoDate('5/3')).toBe('');
  });
});

describe('a time as people type it', () => {
  it.each([['8', '08:00'], ['8h', '08:00'], ['8h30', '08:30'], ['830', '08:30'], ['0830', '08:30'], ['8:30', '08:30'],
    ['14.05', '14:05'], ['8g15', '08:15']])('%s becomes %s', (typed, tidy) => expect(tidyTime(typed)).toBe(tidy));
  it.each(['', '25', '8:61', 'sáng'])('%s is left alone', (typed) => expect(tidyTime(typed)).toBe(typed));
});
