/**
 * The steps down which pictures give way to voices on a weak line, and up again by themselves. Pure: it is told the time.
 *
 * The media node takes pictures away as the line asks for it (`pictures.reduced`); the two lowest steps are this page's:
 * no pictures at all, and the telephone. A step down counts at once; a step up when it has held for a while.
 */

/** From everything to nothing: sharp pictures, fewer or less sharp ones, no tiles, voices and papers, the telephone. */
export const STEPS = ['hd', 'sd', 'no-wall', 'sound', 'phone'] as const;
export type Step = (typeof STEPS)[number];

export interface LadderFacts {
  /** Milliseconds, counted from anywhere. */
  now: number;
  /** Whether picture and sound come over a living connection. */
  media: boolean;
  /** Voices break: parts of them had to be made up. */
  breaking: boolean;
  /** They are no longer understood. */
  broken: boolean;
  /** Slots that show less than they should, and those of them that show nothing. */
  reduced: readonly string[];
  off: readonly string[];
  /** Tiles that are asked for. */
  tiles: number;
  /** What this person wants: everything, or sound alone. */
  wants: 'all' | 'content' | 'none';
}

/** A better step is believed when it has held this long. */
export const HOLDS_MS = 8_000;
/** Looks in a row, one every four seconds, before pictures are given up: the node's own measures have their time. */
const BREAKING_LOOKS = 3;
const BROKEN_LOOKS = 4;
/** Without picture and sound this long, it is time to telephone. */
export const SILENT_MS = 20_000;
/** Pictures are tried again after the first pause; each attempt that fails soon doubles it. */
export const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;
const SOON_MS = 60_000;

export class Ladder {
  /** Where we stand, as it is shown. */
  step: Step = 'hd';
  /** This page gave up pictures by itself, to keep the voices. */
  givenUp = false;
  private better: { step: Step; since: number } | undefined;
  private breakingLooks = 0;
  private brokenLooks = 0;
  private silentSince: number | undefined;
  private retryAt = 0;
  private pause = FIRST_PAUSE_MS;
  private triedAt = -Infinity;
  private last: LadderFacts | undefined;

  /** A look at the line. True when the step, or whether pictures are given up, is another one. */
  look(facts: LadderFacts): boolean {
    const before = [this.step, this.givenUp].join();
    this.breakingLooks = facts.breaking ? this.breakingLooks + 1 : 0;
    this.brokenLooks = facts.broken ? this.brokenLooks + 1 : 0;
    this.pictures(facts);
    this.settle(facts);
    return before !== [this.step, this.givenUp].join();
  }

  /** Time went by, or what is reduced is not as it was; nothing new was measured. */
  tick(change: Partial<LadderFacts> & { now: number }): boolean {
    if (!this.last) return false;
    const before = this.step;
    this.settle({ ...this.last, ...change });
    return before !== this.step;
  }

  /** Pictures are asked for again: by the person, or because the pause is over. What they do to the line is seen soon. */
  tryNow(now: number): void {
    if (this.givenUp) this.triedAt = now;
    this.givenUp = false;
    this.breakingLooks = 0;
    this.step = 'hd';
    this.better = undefined;
  }

  private pictures(facts: LadderFacts): void {
    if (facts.wants !== 'all') this.givenUp = false;
    else if (!this.givenUp && facts.media && this.breakingLooks >= BREAKING_LOOKS) this.giveUp(facts.now);
    else if (this.givenUp && facts.media && this.breakingLooks === 0 && facts.now >= this.retryAt) this.tryNow(facts.now);
  }

  private giveUp(now: number): void {
    this.pause = now - this.triedAt < SOON_MS ? Math.min(this.pause * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    this.givenUp = true;
    this.breakingLooks = 0;
    this.retryAt = now + this.pause;
  }

  private settle(facts: LadderFacts): void {
    this.last = facts;
    if (facts.media) this.silentSince = undefined;
    else this.silentSince ??= facts.now;
    const step = this.measured(facts);
    if (STEPS.indexOf(step) >= STEPS.indexOf(this.step)) {
      this.step = step;
      this.better = undefined;
      return;
    }
    if (this.better === undefined || STEPS.indexOf(step) > STEPS.indexOf(this.better.step)) {
      this.better = { step, since: this.better?.since ?? facts.now };
    }
    if (facts.now - this.better.since < HOLDS_MS) return;
    this.step = this.better.step;
    this.better = undefined;
  }

  private measured(facts: LadderFacts): Step {
    const silent = this.silentSince !== undefined && facts.now - this.silentSince >= SILENT_MS;
    if (silent || (this.soundOnly(facts) && this.brokenLooks >= BROKEN_LOOKS)) return 'phone';
    if (this.soundOnly(facts) || facts.off.includes('floor')) return 'sound';
    const gone = facts.off.filter((slot) => slot.startsWith('wall')).length;
    if (facts.tiles > 0 && gone >= facts.tiles) return 'no-wall';
    return facts.reduced.length ? 'sd' : 'hd';
  }

  private soundOnly(facts: LadderFacts): boolean {
    return this.givenUp || facts.wants !== 'all';
  }
}
