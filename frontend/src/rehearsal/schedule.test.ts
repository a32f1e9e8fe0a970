import { describe, expect, it } from 'vitest';

import { nextRun } from './schedule';

const at = (time: string) => Date.parse(`2026-11-30T${time}:00Z`);
const window = (starts: string, ends: string) => ({ starts_at: `2026-11-30T${starts}:00Z`, ends_at: `2026-11-30T${ends}:00Z` });
const afternoon = [window('07:00', '09:00')];

describe('a machine that is left alone', () => {
  it('waits for the window, each at a place of its own in its first minutes', () => {
    expect(nextRun(afternoon, at('06:00'), 0)).toBe(at('07:00'));
    expect(nextRun(afternoon, at('06:00'), 0.5)).toBe(at('07:05'));
  });
  it('begins at once when it is opened late', () => {
    expect(nextRun(afternoon, at('08:00'), 0.5)).toBe(at('08:00'));
  });
  it('tests again every half hour, and sooner after a failure', () => {
    expect(nextRun(afternoon, at('07:10'), 0, { at: at('07:05'), failed: false })).toBe(at('07:35'));
    expect(nextRun(afternoon, at('07:10'), 0, { at: at('07:05'), failed: true })).toBe(at('07:15'));
  });
  it('rests when the window is over, or when it would be before the next turn', () => {
    expect(nextRun(afternoon, at('09:00'), 0)).toBeUndefined();
    expect(nextRun(afternoon, at('08:50'), 0, { at: at('08:45'), failed: false })).toBeUndefined();
    expect(nextRun([], at('08:00'), 0)).toBeUndefined();
  });
  it('keeps to short windows, and takes the next of several', () => {
    expect(nextRun([window('07:00', '07:03')], at('06:00'), 1)).toBe(at('07:01'));
    expect(nextRun([...afternoon, window('12:00', '13:00')], at('09:30'), 0, { at: at('08:45'), failed: false })).toBe(at('12:00'));
  });
});
