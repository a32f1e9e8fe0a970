/** This person's screen: their own arrangement, pin and preview, and the slots that these take. No DOM. */

import { arrange, type Arrangement, type Kind } from './arrangement';
import type { Place } from './choices';
import type { RoomState } from './store';
import type { Viewing } from './viewing';
import type { WallSlot } from './wall';

export interface ScreenOptions {
  state(): RoomState;
  viewing: Viewing;
  /** The wall slots that there are, and how to get all of them. */
  receiver: { readonly wallSlots: readonly WallSlot[]; widen(): void };
  memory: { get(): Partial<Place>; set(place: Partial<Place>): void };
  onChange(): void;
}

export class Screen {
  constructor(private readonly options: ScreenOptions) {}

  get arrangement(): Arrangement {
    const { kind = 'usual', wallSize = 0, pinned } = this.options.memory.get();
    return arrange(this.options.state(), { kind, size: wallSize, pinned: pinned ?? undefined });
  }

  /** What this person has chosen for when nothing is set for everybody. */
  get own(): { kind: Kind; size: number } {
    const { kind = 'usual', wallSize = 0 } = this.options.memory.get();
    return { kind, size: wallSize };
  }

  get pinned(): number | undefined { return this.options.memory.get().pinned ?? undefined; }

  /** The site that the director looks at before its picture goes on air. */
  get preview(): number | undefined {
    const { previewed } = this.options.memory.get();
    return this.options.state().rights.direct ? previewed ?? undefined : undefined;
  }

  choose(kind: Kind, size = 0): void { this.change({ kind, wallSize: size }); }

  /** The wall alone, or back. */
  toggleWall(): void {
    const { kind } = this.own;
    if (!this.arrangement.set) this.choose(kind === 'wall' ? 'usual' : 'wall');
  }

  /** Shows a site large to this person alone; undefined: no longer. A wall alone has no place for it. */
  pin(site: number | undefined): void {
    this.change({ pinned: site ?? null, ...(site !== undefined && this.own.kind === 'wall' ? { kind: 'usual' } : {}) });
  }

  look(site: number | undefined): void { this.change({ previewed: site ?? null }); }

  /** The slots of the wall's tiles. */
  get tileSlots(): readonly WallSlot[] {
    const taken = new Set(this.kept().keys());
    return this.options.receiver.wallSlots.filter((slot) => !taken.has(slot));
  }

  /** The slot of my pin, and that of the preview: the last ones. */
  get pinSlot(): WallSlot { return this.options.receiver.wallSlots.at(-2) ?? 'wall7'; }
  get previewSlot(): WallSlot { return this.options.receiver.wallSlots.at(-1) ?? 'wall8'; }

  /** The room, or what this person has chosen, is not as it was. */
  settle(): void {
    const { viewing, receiver, state } = this.options;
    const { kind, size } = this.arrangement;
    viewing.setLarge(this.kept());
    const tiles = kind === 'wall' ? state().wall?.sites.length ?? Math.min(size, state().roster.present.length) : 0;
    if (state().rights.wide && tiles + this.kept().size > USUAL_WALL) receiver.widen();
  }

  private kept(): Map<WallSlot, number> {
    const { large } = this.arrangement;
    const kept = new Map<WallSlot, number>();
    if (large.slot === 'pin') kept.set(this.pinSlot, large.site);
    if (this.preview !== undefined) kept.set(this.previewSlot, this.preview);
    return kept;
  }

  private change(place: Partial<Place>): void {
    this.options.memory.set(place);
    this.settle();
    this.options.onChange();
  }
}

const USUAL_WALL = 9;
