/** Tells the server what this screen shows: which sites in which wall slots, and which slots nobody can see. No DOM. */

import type { SlotName } from '../generated/protocol';
import type { Intent } from './signalling';
import type { WallSlot } from './wall';

type View = Extract<Intent, { type: 'view' }>;

const DEBOUNCE_MS = 150;

/** The shared slots that a screen may leave out. */
const SHARED: readonly SlotName[] = ['floor', 'chair', 'content'];

export class Viewing {
  private wall = new Map<WallSlot, number>();
  private readonly visible = new Set<SlotName>();
  private asleep = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = '';

  constructor(private readonly tell: (view: View) => boolean) {}

  /** The tiles that can be seen, with the sites they show. */
  setWall(wall: ReadonlyMap<WallSlot, number>): void {
    this.wall = new Map(wall);
    this.later();
  }

  /** Whether a shared slot is on screen. */
  setVisible(slot: SlotName, visible: boolean): void {
    if (this.visible.has(slot) === visible) return;
    if (visible) this.visible.add(slot);
    else this.visible.delete(slot);
    this.later();
  }

  /** The tab went to the background, or came back: in the background no picture is needed. */
  setAsleep(asleep: boolean): void {
    if (this.asleep === asleep) return;
    this.asleep = asleep;
    this.later();
  }

  /** A new place on the server knows nothing yet. */
  repeat(): void {
    this.last = '';
    this.later();
  }

  /** What would be sent now. */
  current(): View {
    const wall = this.asleep ? [] : [...this.wall];
    const hidden = SHARED.filter((slot) => this.asleep || !this.visible.has(slot));
    return { type: 'view', wall: Object.fromEntries(wall), hidden };
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const view = this.current();
      const text = JSON.stringify(view);
      if (text !== this.last && this.tell(view)) this.last = text;
    }, DEBOUNCE_MS);
  }
}
