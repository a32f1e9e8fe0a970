import { describe, expect, it } from 'vitest';

import { FIRST_PAUSE_MS, HOLDS_MS, Ladder, SILENT_MS, type LadderFacts } from './ladder';
import { offlineWords, stepWords } from './ladder-words';

const LOOK_MS = 4_000;

/** A ladder that is looked at every four seconds. */
function climb() {
  const ladder = new Ladder();
  let now = 0;
  const look = (facts: Partial<LadderFacts> = {}, times = 1) => {
    for (let n = 0; n < times; n += 1) {
      now += LOOK_MS;
      ladder.look({ now, media: true, breaking: false, broken: false, reduced: [], off: [], tiles: 3, wants: 'all', ...facts });
    }
    return ladder.step;
  };
  return { ladder, look, now: () => now };
}

const WALL = ['wall0', 'wall1', 'wall2'];

describe('the quality ladder', () => {
  it('names each step that the line asks for', () => {
    const { look } = climb();
    expect(look()).toBe('hd');
    expect(look({ reduced: ['floor'] })).toBe('sd');
    expect(look({ reduced: WALL, off: WALL.slice(0, 2) })).toBe('sd');
    expect(look({ reduced: ['floor', ...WALL], off: WALL })).toBe('no-wall');
    expect(look({ reduced: ['floor', ...WALL], off: ['floor', ...WALL] })).toBe('sound');
  });

  it('goes down at once, and up when the better step has held', () => {
    const { ladder, look, now } = climb();
    look();
    expect(look({ reduced: WALL, off: WALL })).toBe('no-wall');
    expect(look()).toBe('no-wall');
    ladder.tick({ now: now() + HOLDS_MS - 1 });
    expect(ladder.step).toBe('no-wall');
    ladder.tick({ now: now() + HOLDS_MS });
    expect(ladder.step).toBe('hd');
  });

  it('does not flicker when the line hesitates', () => {
    const { look } = climb();
    look({ reduced: ['floor'] });
    for (let n = 0; n < 5; n += 1) {
      expect(look()).toBe('sd');
      expect(look({ reduced: ['floor'] })).toBe('sd');
    }
  });

  it('gives up pictures when voices break, and tries them again by itself, less and less often', () => {
    const { ladder, look } = climb();
    look({ breaking: true }, 2);
    expect(ladder.givenUp).toBe(false);
    expect(look({ breaking: true })).toBe('sound');
    expect(ladder.givenUp).toBe(true);
    look({}, FIRST_PAUSE_MS / LOOK_MS + 1);
    expect(ladder.givenUp).toBe(false);
    look({ breaking: true }, 3);
    look({}, FIRST_PAUSE_MS / LOOK_MS + 1);
    expect(ladder.givenUp).toBe(true);
    look({}, FIRST_PAUSE_MS / LOOK_MS + 1);
    expect(ladder.givenUp).toBe(false);
  });

  it('does not try pictures on a line that is still bad', () => {
    const { ladder, look } = climb();
    look({ breaking: true }, 30);
    expect(ladder.givenUp).toBe(true);
    look();
    expect(ladder.givenUp).toBe(false);
  });

  it('leaves a person with sound only who wants no more, however good the line', () => {
    const { ladder, look } = climb();
    look({ breaking: true }, 3);
    look({ wants: 'none' }, 60);
    expect([ladder.step, ladder.givenUp]).toEqual(['sound', false]);
  });

  it('shows pictures at once to whoever asks for them', () => {
    const { ladder, look, now } = climb();
    look({ breaking: true }, 3);
    ladder.tryNow(now());
    expect(ladder.givenUp).toBe(false);
  });

  it('ends at the telephone when voices are no longer understood, or nothing comes', () => {
    const { look } = climb();
    look({ breaking: true, broken: true }, 3);
    expect(look({ breaking: true, broken: true })).toBe('phone');
    expect(look({}, 3)).toBe('sound');
    const { ladder, look: again, now } = climb();
    again({ media: false });
    ladder.tick({ now: now() + SILENT_MS });
    expect(ladder.step).toBe('phone');
  });
});

describe('its words', () => {
  const facts = { blurred: false, tilesOff: 0, phone: '024 3825 3536', bad: false };

  it('say what gave way, and nothing when all is well', () => {
    expect(stepWords({ ...facts, step: 'hd' })).toBeUndefined();
    expect(stepWords({ ...facts, step: 'sd', blurred: true, tilesOff: 2 })?.heading).toBe('Mạng yếu – hình bớt mượt, bớt nét, tắt 2 hình nhỏ.');
    expect(stepWords({ ...facts, step: 'sound' })?.detail).toContain('Hình tự trở lại');
  });

  it('show the number to call, or whom to call when there is none', () => {
    expect(stepWords({ ...facts, step: 'phone' })?.heading).toContain('024 3825 3536');
    expect(stepWords({ ...facts, step: 'phone', phone: '' })?.heading).toContain('thư ký');
  });

  it('say without a line what still works and what waits', () => {
    const words = offlineWords({ online: false, media: false, unsent: 2 });
    expect(words.detail).toContain('tài liệu đã mở');
    expect(words.will).toContain('2 tin nhắn');
  });
});
