/**
 * Old machines: fewer tiles before everything stutters, and more again slowly. Sound is never touched. Pure: it is told the time.
 */

export interface Strain {
  now: number;
  /** How late this page's timers come, as a share of the time (0–1): something holds the processor. */
  late: number;
  /** Pictures that came whole, and those of them that were not shown. */
  frames: number;
  dropped: number;
  /** Share of all cores that unpacking pictures takes (0–1). */
  decoding: number;
  /** The line is weak: pictures that are not shown may be its fault. */
  weakLine: boolean;
  /** Tiles with a picture now. */
  shown: number;
}

/** How many tiles there may be, from the most on. */
const COUNTS = [9, 8, 6, 5, 4, 3, 2, 1] as const;
const LATE = 0.3;
const DROPPED = 0.15;
/** Fewer pictures than these say nothing. */
const ENOUGH_FRAMES = 20;
const DECODING = 0.6;
/** Looks in a row: one slow moment, as when a program starts, is no slow machine. */
const LOOKS = 2;
/** Of few tiles none is taken because timers come late: they do not cost that much. */
const FEW = 2;
export const CALM_MS = 30_000;
const LONGEST_CALM_MS = 300_000;

export class Guard {
  /** Tiles at most; undefined: as many as there is room for. */
  limit: number | undefined;
  private looks = 0;
  private calmSince: number | undefined;
  private calm = CALM_MS;
  private raisedAt = -Infinity;

  /** True when `limit` is another one. */
  look(strain: Strain): boolean {
    const before = this.limit;
    if (strained(strain)) this.lower(strain);
    else this.raise(strain.now);
    return this.limit !== before;
  }

  private lower({ now, shown }: Strain): void {
    this.calmSince = undefined;
    this.looks += 1;
    if (this.looks < LOOKS || shown <= 1) return;
    this.looks = 0;
    if (now - this.raisedAt < this.calm * 2) this.calm = Math.min(this.calm * 2, LONGEST_CALM_MS);
    this.limit = COUNTS.find((count) => count < Math.min(shown, this.limit ?? Infinity)) ?? 1;
  }

  private raise(now: number): void {
    this.looks = 0;
    this.calmSince ??= now;
    if (this.limit === undefined || now - this.calmSince < this.calm) return;
    this.limit = [...COUNTS].reverse().find((count) => count > (this.limit ?? 0));
    if (this.limit === COUNTS[0]) this.limit = undefined;
    this.calmSince = now;
    this.raisedAt = now;
  }
}

function strained({ late, frames, dropped, decoding, weakLine, shown }: Strain): boolean {
  if (decoding >= DECODING) return true;
  if (!weakLine && frames >= ENOUGH_FRAMES && dropped >= frames * DROPPED) return true;
  return shown > FEW && late >= LATE;
}

const BEAT_MS = 500;

/** How late timers come, between two looks. In a page that cannot be seen they are slowed on purpose. */
export class Lateness {
  private timer: ReturnType<typeof setInterval> | undefined;
  private beat = 0;
  private began = 0;
  private late = 0;

  start(): void {
    this.begin();
    this.timer = setInterval(() => this.count(), BEAT_MS);
  }

  stop(): void { clearInterval(this.timer); }

  /** Share of the time since the last look (0–1). */
  look(): number {
    const time = performance.now() - this.began;
    const share = document.hidden || time <= 0 ? 0 : Math.min(1, this.late / time);
    this.begin();
    return share;
  }

  private begin(): void {
    this.late = 0;
    this.began = this.beat = performance.now();
  }

  private count(): void {
    const now = performance.now();
    this.late += Math.max(0, now - this.beat - BEAT_MS);
    this.beat = now;
  }
}
