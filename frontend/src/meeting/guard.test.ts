import { describe, expect, it } from 'vitest';

import { CALM_MS, Guard, type Strain } from './guard';
import { HealthWatch } from './health';

const LOOK_MS = 4_000;

function watch(shown = 5) {
  const guard = new Guard();
  let now = 0;
  const look = (strain: Partial<Strain> = {}, times = 1) => {
    for (let n = 0; n < times; n += 1) {
      now += LOOK_MS;
      guard.look({ now, late: 0, frames: 300, dropped: 0, decoding: 0.1, weakLine: false, shown: Math.min(shown, guard.limit ?? shown), ...strain });
    }
    return guard.limit;
  };
  return { guard, look };
}

describe('an old machine', () => {
  it.each<[string, Partial<Strain>]>([
    ['holds up the page', { late: 0.4 }], ['drops pictures', { dropped: 60 }], ['spends itself on unpacking pictures', { decoding: 0.7 }],
  ])('is shown fewer tiles when it %s', (_what, strain) => {
    const { look } = watch();
    expect(look(strain)).toBeUndefined();
    expect(look(strain)).toBe(4);
    expect(look(strain, 2)).toBe(3);
  });

  it('is left one tile, and its voices', () => {
    const { look } = watch();
    expect(look({ decoding: 0.9 }, 30)).toBe(1);
  });

  it('is left alone for one slow moment', () => {
    const { look } = watch();
    look({ late: 0.9 });
    look();
    expect(look({ late: 0.9 })).toBeUndefined();
  });

  it('is not blamed for a weak line', () => {
    const { look } = watch();
    expect(look({ dropped: 200, weakLine: true }, 10)).toBeUndefined();
  });

  it('is shown more again, one step at a time, after a calm', () => {
    const { look } = watch();
    look({ dropped: 60 }, 4);
    const looks = CALM_MS / LOOK_MS + 1;
    expect(look({}, looks)).toBe(4);
    expect(look({}, 3 * looks)).toBe(8);
    expect(look({}, looks)).toBeUndefined();
  });

  it('that cannot bear more is asked less often', () => {
    const { look } = watch();
    const looks = Math.ceil(CALM_MS / LOOK_MS) + 1;
    look({ dropped: 60 }, 2);
    expect(look({}, looks)).toBe(5);
    expect(look({ dropped: 60 }, 2)).toBe(4);
    expect(look({}, looks)).toBe(4);
    expect(look({}, looks)).toBe(5);
  });
});

describe('health', () => {
  const report = (at: number, samples: number, made: number, silent: number, frames: number) => new Map<string, object>([
    ['a', { type: 'inbound-rtp', kind: 'audio', timestamp: at, totalSamplesReceived: samples, concealedSamples: made, silentConcealedSamples: silent }],
    ['v', { type: 'inbound-rtp', kind: 'video', timestamp: at, framesReceived: frames, framesDropped: frames / 10, totalDecodeTime: frames / 64 }],
  ]) as unknown as RTCStatsReport;

  it('counts what happened since the last look, and no silence', () => {
    const watched = new HealthWatch();
    expect(watched.look(report(1_000, 48_000, 500, 500, 100))).toBeUndefined();
    expect(watched.look(report(3_000, 144_000, 20_100, 10_500, 160))).toEqual({ broken: 0.1, frames: 60, dropped: 6, decoding: 0.46875 });
  });

  it('begins anew with another connection', () => {
    const watched = new HealthWatch();
    watched.look(report(1_000, 48_000, 0, 0, 100));
    expect(watched.look(report(2_000, 100, 0, 0, 1))).toBeUndefined();
  });
});
