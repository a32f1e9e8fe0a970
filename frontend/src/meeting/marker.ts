/** What I show on the paper that I present: where I point, what I draw. Sent in small parts, shown here at once. No DOM. */

import type { Tool } from '../documents/hand';
import type { Stroke } from '../documents/overlay';
import type { DocumentState } from '../generated/protocol';
import { newKey } from '../lib/uuid';
import type { Intent } from './signalling';

export type Colour = Stroke['colour'];

export interface MarkerOptions {
  document(): DocumentState | null;
  presenting(): boolean;
  ask(message: Intent): Promise<boolean>;
  tell(message: Intent): boolean;
  onChange(): void;
}

const TOLD_EVERY_MS = 200;
/** Points nearer than this, in ten-thousandths of the page, are one. */
const NEAR = 12;
/** As `meetings.protocol.presenting`: points in one message, and of one stroke. */
const POINTER_POINTS = 24;
const PART_POINTS = 200;
const STROKE_POINTS = 590;

interface Draft extends Stroke { points: number[]; told: number; done: boolean }

export class Marker {
  tool: Tool = 'none';
  colour: Colour = 'red';
  private drafts: Draft[] = [];
  private pointed: { page: number; points: number[] } | undefined;
  private pointing = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: MarkerOptions) {}

  /** The tool in hand; none when somebody else presents. */
  get inHand(): Tool {
    return this.options.presenting() ? this.tool : 'none';
  }

  /** What lies on the paper before everybody, mine before the server has it. */
  get strokes(): readonly Stroke[] {
    const ink = this.options.document()?.ink ?? [];
    const kept = this.drafts.filter((draft) => !ink.some((stroke) => stroke.key === draft.key && stroke.points.length >= draft.points.length));
    if (!kept.length) return ink;
    const keys = new Set(kept.map((draft) => draft.key));
    return [...ink.filter((stroke) => !keys.has(stroke.key)), ...kept.map((draft) => ({ ...draft, points: [...draft.points] }))];
  }

  take(tool: Tool, colour = this.colour): void {
    if (tool !== 'pointer') this.point(undefined);
    this.tool = tool;
    this.colour = colour;
    this.options.onChange();
  }

  /** My hand points there; `undefined`: nowhere any more. */
  point(place: { page: number; x: number; y: number } | undefined): void {
    if (place) {
      if (this.pointed?.page !== place.page) this.pointed = { page: place.page, points: [] };
      this.pointed.points.push(place.x, place.y);
      this.pointing = true;
      this.run();
    } else if (this.pointing) {
      this.pointing = false;
      this.pointed = undefined;
      this.options.tell({ type: 'pointer.move', page: 1, points: [] });
    }
  }

  begin(page: number, x: number, y: number): void {
    if (!this.options.presenting()) return;
    this.drafts.push({ key: newKey(), page, colour: this.colour, points: [x, y], told: 0, done: false });
    this.run();
    this.options.onChange();
  }

  draw(x: number, y: number): void {
    const draft = this.drafts.at(-1);
    if (!draft || draft.done || draft.points.length >= 2 * STROKE_POINTS) return;
    const [beforeX = 0, beforeY = 0] = draft.points.slice(-2);
    if (Math.abs(x - beforeX) < NEAR && Math.abs(y - beforeY) < NEAR) return;
    draft.points.push(x, y);
    this.options.onChange();
  }

  end(): void {
    const draft = this.drafts.at(-1);
    if (draft) draft.done = true;
  }

  async undo(page: number): Promise<void> {
    await this.options.ask({ type: 'ink.undo', page });
  }

  async wipe(page: number | null): Promise<void> {
    await this.options.ask({ type: 'ink.clear', page });
  }

  /** What the server has of my strokes needs no keeping here; nor what was drawn on another paper. */
  settle(anotherPaper: boolean): void {
    if (anotherPaper) this.drafts = [];
    const ink = this.options.document()?.ink ?? [];
    const known = new Map(ink.map((stroke) => [stroke.key, stroke.points.length]));
    this.drafts = this.drafts.filter((draft) => !draft.done || (known.get(draft.key) ?? 0) < draft.points.length);
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private run(): void {
    this.timer ??= setInterval(() => this.flush(), TOLD_EVERY_MS);
  }

  private flush(): void {
    this.flushPointer();
    for (const draft of this.drafts) this.flushInk(draft);
    if (!this.pointed && this.drafts.every((draft) => draft.done && draft.told >= draft.points.length)) this.close();
  }

  private flushPointer(): void {
    const { pointed } = this;
    if (!pointed) return;
    this.pointed = undefined;
    this.options.tell({ type: 'pointer.move', page: pointed.page, points: thinned(pointed.points, POINTER_POINTS) });
  }

  private flushInk(draft: Draft): void {
    const points = draft.points.slice(draft.told, draft.told + 2 * PART_POINTS);
    if (!points.length) return;
    draft.told += points.length;
    const { key, page, colour } = draft;
    void this.options.ask({ type: 'ink.draw', key, page, colour, points }).then((done) => {
      if (done) return;
      this.drafts = this.drafts.filter((other) => other !== draft);
      this.options.onChange();
    });
  }
}

/** At most so many points, evenly, the last one among them. */
export function thinned(points: readonly number[], most: number): number[] {
  const count = points.length / 2;
  if (count <= most) return [...points];
  const kept: number[] = [];
  for (let index = 1; index <= most; index += 1) {
    const at = Math.round((index * count) / most) - 1;
    kept.push(points[2 * at] ?? 0, points[2 * at + 1] ?? 0);
  }
  return kept;
}
