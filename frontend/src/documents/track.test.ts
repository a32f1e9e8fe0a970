import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ReadingTrack } from './track';

let told: number[] = [];
beforeEach(() => { told = []; vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const track = (answer: () => Promise<unknown> = () => Promise.resolve()) =>
  new ReadingTrack((page) => { told.push(page); return answer(); }, 500);

test('leafing quickly tells only the page one stops at', () => {
  const reading = track();
  for (const page of [1, 2, 3]) reading.read(page);
  vi.advanceTimersByTime(500);
  expect(told).toEqual([3]);
});

test('the same page is not told twice, and leaving tells the last one at once', () => {
  const reading = track();
  reading.read(4);
  reading.flush();
  reading.read(4);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([4]);
});

test('a page that could not be told is told the next time', async () => {
  const reading = track(() => Promise.reject(new Error('offline')));
  reading.read(2);
  reading.flush();
  await vi.runAllTimersAsync();
  reading.read(2);
  reading.flush();
  expect(told).toEqual([2, 2]);
});
