import { expect, test } from 'vitest';

import { coveredBy, isNear, moved, simplified } from './strokes';

test('points on a straight line are left out, corners stay', () => {
  expect(simplified([0, 0, 100, 1, 200, 0, 300, 0, 300, 400])).toEqual([0, 0, 300, 0, 300, 400]);
  expect(simplified([5, 5])).toEqual([5, 5]);
});

test('a drawing covers what its points cover', () => {
  expect(coveredBy([[100, 200, 300, 250], [50, 240]])).toEqual({ left: 50, top: 200, width: 250, height: 50 });
});

test('a press near a stroke means it, also between its points; a dot has room around it', () => {
  const line = [0, 0, 4000, 0];
  expect([isNear(line, 'red', 2000, 80), isNear(line, 'red', 2000, 300), isNear(line, 'marker', 2000, 190)]).toEqual([true, false, true]);
  expect([isNear([500, 500], 'blue', 560, 520), isNear([500, 500], 'blue', 900, 500)]).toEqual([true, false]);
});

test('what moves keeps its shape', () => {
  expect(moved([1, 2, 3, 4], 10, 20)).toEqual([11, 22, 13, 24]);
});
