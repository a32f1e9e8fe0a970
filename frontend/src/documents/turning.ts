/**
 * Pages that are turned on the screen. Marks know places of the upright page only: here they are turned with it, and back.
 * Turns are clockwise, in degrees.
 */

/** A page is so many parts wide and high. */
export const WHOLE = 10_000;

export type Turn = 0 | 90 | 180 | 270;

/** A box by its edges, in px. */
export interface Box { left: number; top: number; right: number; bottom: number }

/** A part of a page, in ten-thousandths of it. */
export interface Part { left: number; top: number; width: number; height: number }

/** How a page is turned: its list of pages says it (`data-turn`). */
export function turnOf(page: Element): Turn {
  return Number(page.closest<HTMLElement>('[data-turn]')?.dataset.turn ?? 0) as Turn;
}

/** A part of the upright page, where it is on a page so turned. */
export function turned({ left, top, width, height }: Part, turn: Turn): Part {
  switch (turn) {
    case 0: return { left, top, width, height };
    case 90: return { left: WHOLE - top - height, top: left, width: height, height: width };
    case 180: return { left: WHOLE - left - width, top: WHOLE - top - height, width, height };
    case 270: return { left: top, top: WHOLE - left - width, width: height, height: width };
  }
}

/** A page on the screen as if it stood upright, its corner at 0, 0. */
export class UprightPage {
  readonly left = 0;
  readonly top = 0;
  readonly width: number;
  readonly height: number;
  private readonly turn: Turn;
  private readonly shown: DOMRect;

  constructor(page: Element) {
    this.turn = turnOf(page);
    this.shown = page.getBoundingClientRect();
    const lies = this.turn % 180 !== 0;
    this.width = lies ? this.shown.height : this.shown.width;
    this.height = lies ? this.shown.width : this.shown.height;
  }

  /** Where a box of the window is on it. */
  box(part: Box): Box {
    const { left, top } = this.shown;
    const [from, to] = [{ x: part.left - left, y: part.top - top }, { x: part.right - left, y: part.bottom - top }];
    switch (this.turn) {
      case 0: return { left: from.x, top: from.y, right: to.x, bottom: to.y };
      case 90: return { left: from.y, top: this.height - to.x, right: to.y, bottom: this.height - from.x };
      case 180: return { left: this.width - to.x, top: this.height - to.y, right: this.width - from.x, bottom: this.height - from.y };
      case 270: return { left: this.width - to.y, top: from.x, right: this.width - from.y, bottom: to.x };
    }
  }
}
