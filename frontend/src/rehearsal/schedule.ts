/** When a machine that is left alone tests by itself. Pure. */

import type { LineTestPlan } from '../generated/protocol';

const MINUTE = 60_000;
/** Hundreds of machines wait for the same minute: each begins somewhere in the first part of the window. */
const SPREAD_MS = 10 * MINUTE;
const AGAIN_MS = 30 * MINUTE;
const AGAIN_AFTER_FAILURE_MS = 10 * MINUTE;

export interface LastRun { at: number; failed: boolean }

/**
 * The time (ms) of the next run; undefined: none is planned. `share` (0–1) is this machine's own place in the spread.
 * A window gets a first run, and further ones until it ends: sooner after a failure.
 */
export function nextRun(windows: LineTestPlan['windows'], now: number, share: number, last?: LastRun): number | undefined {
  const times = windows.map(({ starts_at, ends_at }) => within(Date.parse(starts_at), Date.parse(ends_at), now, share, last));
  const planned = times.filter((time) => time !== undefined);
  return planned.length ? Math.min(...planned) : undefined;
}

function within(start: number, end: number, now: number, share: number, last?: LastRun): number | undefined {
  const first = start + share * Math.min(SPREAD_MS, (end - start) / 3);
  const again = last && last.at >= start && last.at < end ? last.at + (last.failed ? AGAIN_AFTER_FAILURE_MS : AGAIN_MS) : first;
  const time = Math.max(again, now);
  return time < end ? time : undefined;
}
