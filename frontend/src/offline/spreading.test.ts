import { expect, test } from 'vitest';

import { momentWithin } from './spreading';

const MINUTE = 60_000;

test('a person has the same moment each time', () => {
  expect(momentWithin(10 * MINUTE, '7:meeting-3')).toBe(momentWithin(10 * MINUTE, '7:meeting-3'));
});

test('632 persons come in every minute of ten, none with a fifth of them', () => {
  const minutes = Array.from({ length: 10 }, () => 0);
  for (let person = 1; person <= 632; person += 1) {
    const minute = Math.floor(momentWithin(10 * MINUTE, `${person}:meeting-3`) / MINUTE);
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  expect(Math.min(...minutes)).toBeGreaterThan(30);
  expect(Math.max(...minutes)).toBeLessThan(126);
});
