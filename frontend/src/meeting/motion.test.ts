import { expect, test } from 'vitest';

import { Motion } from './motion';

test('a picture that does not change for four seconds stands still, until the next one comes', () => {
  const motion = new Motion();
  const told = [0, 1, 2, 3, 4, 5].map((second) => motion.look(second < 2 ? second * 15 : 15, second * 1000));
  expect(told).toEqual([false, false, false, false, false, true]);
  expect(motion.isStill).toBe(true);
  expect(motion.look(16, 6000)).toBe(true);
  expect(motion.isStill).toBe(false);
});

test('a page that comes back from the background waits anew', () => {
  const motion = new Motion();
  motion.look(15, 0);
  expect(motion.look(15, 60_000)).toBe(false);
  for (const second of [61, 62, 63]) expect(motion.look(15, second * 1000)).toBe(false);
  expect(motion.look(15, 64_000)).toBe(true);
});

test('another site in the slot begins anew', () => {
  const motion = new Motion();
  for (let second = 0; second <= 5; second += 1) motion.look(15, second * 1000);
  motion.reset();
  expect(motion.isStill).toBe(false);
  expect(motion.look(15, 6000)).toBe(false);
});
