/** What lies over the pages of a paper: ink, and where the presenter points. Places are in ten-thousandths of the page. */

import type { InkStroke } from '../generated/protocol';
import { inkOn } from './ink';

/** A pointer that is told nothing more goes by itself. */
const POINTER_MS = 2_500;

export type Stroke = Pick<InkStroke, 'key' | 'page' | 'colour' | 'points'>;

/** Draws over the pages that `pageOf` gives; pages come and go as they are scrolled into sight. */
export class Overlay {
  private strokes: readonly Stroke[] = [];
  private pointer: HTMLElement | undefined;
  private pointerGoes: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly pageOf: (page: number) => HTMLElement | undefined) {}

  /** These strokes and no others. */
  show(strokes: readonly Stroke[]): void {
    const touched = new Set([...changedPages(this.strokes, strokes), ...changedPages(strokes, this.strokes)]);
    this.strokes = strokes;
    for (const page of touched) this.paint(page);
  }

  /** Draws the ink of a page again: it has been laid out anew. */
  paint(page: number): void {
    const element = this.pageOf(page);
    if (!element) return;
    element.querySelector(':scope > .shared-ink')?.remove();
    const strokes = this.strokes.filter((stroke) => stroke.page === page);
    if (!strokes.length) return;
    element.append(inkOn(element, strokes, 'shared-ink'));
  }

  /** The presenter pointed along `points` within `overMs`; no points: nowhere any more. */
  point(page: number, points: readonly number[], overMs: number): void {
    clearTimeout(this.pointerGoes);
    const element = points.length ? this.pageOf(page) : undefined;
    if (!element) return this.unpoint();
    const places = steps(points);
    const pointer = this.pointerOn(element);
    const last = places.at(-1);
    if (last) Object.assign(pointer.style, last);
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (places.length > 1 && !calm) pointer.animate(places, { duration: overMs, easing: 'linear' });
    this.pointerGoes = setTimeout(() => this.unpoint(), POINTER_MS);
    return undefined;
  }

  private pointerOn(element: HTMLElement): HTMLElement {
    if (this.pointer?.parentElement === element) return this.pointer;
    this.pointer?.remove();
    this.pointer = document.createElement('div');
    this.pointer.className = 'presenter-pointer';
    this.pointer.setAttribute('aria-hidden', 'true');
    element.append(this.pointer);
    return this.pointer;
  }

  private unpoint(): void {
    this.pointer?.remove();
    this.pointer = undefined;
  }
}

function changedPages(one: readonly Stroke[], other: readonly Stroke[]): number[] {
  const known = new Set(other);
  return one.filter((stroke) => !known.has(stroke)).map((stroke) => stroke.page);
}

function steps(points: readonly number[]): { left: string; top: string }[] {
  const places = [];
  for (let index = 0; index + 1 < points.length; index += 2) places.push({ left: `${(points[index] ?? 0) / 100}%`, top: `${(points[index + 1] ?? 0) / 100}%` });
  return places;
}
