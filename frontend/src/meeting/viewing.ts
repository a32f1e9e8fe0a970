/** Tells the server what this screen shows: which sites in which wall slots, and which slots nobody can see. No DOM. */

import type { SlotName } from '../generated/protocol';
import type { Intent } from './signalling';
import type { WallSlot } from './wall';

type View = Extract<Intent, { type: 'view' }>;

/** What this person wants to see of others: everything, the shared screen alone, or nothing. */
export type Pictures = 'all' | 'content' | 'none';

const DEBOUNCE_MS = 150;

/** The shared slots that a screen may leave out. */
const SHARED: readonly SlotName[] = ['floor', 'chair', 'content'];

export class Viewing {
  private wall: ReadonlyMap<WallSlot, number> = new Map();
  private common: readonly WallSlot[] = [];
  private large: ReadonlyMap<WallSlot, number> = new Map();
  private floating = false;
  private readonly visible = new Set<SlotName>();
  private asleep = false;
  private pictures: Pictures = 'all';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = '';

  constructor(private readonly tell: (view: View) => boolean) {}

  /** The tiles that can be seen, with the sites they show; `common`: those that show what everybody's wall does. */
  setWall(wall: ReadonlyMap<WallSlot, number>, common: readonly WallSlot[] = []): void {
    this.wall = new Map(wall);
    this.common = [...common];
    this.later();
  }

  /** Wall slots that are large on this screen: my pin, the director's preview. */
  setLarge(large: ReadonlyMap<WallSlot, number>): void {
    this.large = new Map(large);
    this.later();
  }

  /** The large picture floats above other windows: it is seen also while the tab is in the background. */
  setFloating(floating: boolean): void {
    this.floating = floating;
    this.later();
  }

  /** The sites whose tiles are asked for. */
  get tiles(): readonly number[] { return this.pictures === 'all' && !this.asleep ? [...this.wall.values()] : []; }

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

  /** Sound only, or pictures too: what is not wanted is not sent here. */
  setPictures(pictures: Pictures): void {
    this.pictures = pictures;
    this.later();
  }

  /** A new place on the server knows nothing yet. */
  repeat(): void {
    this.last = '';
    this.later();
  }

  /** What would be sent now. */
  current(): View {
    const seen = !this.asleep && this.pictures === 'all';
    const large = seen || (this.floating && this.pictures === 'all') ? [...this.large] : [];
    const wall = [...(seen ? this.wall : []), ...large];
    const hidden = SHARED.filter((slot) => this.sleeps(slot) || !this.visible.has(slot) || !this.wanted(slot));
    const view: View = { type: 'view', wall: Object.fromEntries(wall), hidden };
    if (seen && this.common.length) view.common = [...this.common];
    if (large.length) view.large = large.map(([slot]) => slot);
    return view;
  }

  private sleeps(slot: SlotName): boolean {
    return this.asleep && !(this.floating && slot === 'floor');
  }

  private wanted(slot: SlotName): boolean {
    return this.pictures === 'all' || (this.pictures === 'content' && slot === 'content');
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
