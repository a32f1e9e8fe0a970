/** A hand over the pages, with mouse, pen or finger: where it points, what it draws. */

import { UprightPage, WHOLE } from './turning';

export type Tool = 'none' | 'pointer' | 'pen';

export interface HandEvents {
  /** The hand points there; `undefined`: nowhere any more. */
  pointed(place: { page: number; x: number; y: number } | undefined): void;
  began(page: number, x: number, y: number): void;
  /** The line goes on, on the page where it began. */
  drew(x: number, y: number): void;
  ended(): void;
}

/** Listens on the element that scrolls; `tool` says what for. */
export class Hand {
  tool: Tool = 'none';
  private drawing: HTMLElement | undefined;

  constructor(private readonly scroller: HTMLElement, private readonly events: HandEvents) {
    scroller.addEventListener('pointerdown', (event) => this.down(event));
    scroller.addEventListener('pointermove', (event) => this.move(event));
    for (const name of ['pointerup', 'pointercancel'] as const) scroller.addEventListener(name, (event) => this.up(event));
    scroller.addEventListener('pointerleave', () => { if (this.tool === 'pointer') this.events.pointed(undefined); });
  }

  private down(event: PointerEvent): void {
    if (this.tool === 'pointer') return this.point(event);
    const page = pageAt(event);
    if (this.tool !== 'pen' || event.button !== 0 || !event.isPrimary || !page) return undefined;
    event.preventDefault(); // no text is chosen while drawing
    this.drawing = page;
    if (event.isTrusted) this.scroller.setPointerCapture(event.pointerId);
    const { x, y } = place(event, page);
    this.events.began(Number(page.dataset.pageNumber), x, y);
    return undefined;
  }

  private move(event: PointerEvent): void {
    if (this.tool === 'pointer') return this.point(event);
    if (!this.drawing || !event.isPrimary) return undefined;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) {
      const { x, y } = place(each, this.drawing);
      this.events.drew(x, y);
    }
    return undefined;
  }

  private up(event: PointerEvent): void {
    if (this.tool === 'pointer' && event.pointerType !== 'mouse') return this.events.pointed(undefined);
    if (!this.drawing) return undefined;
    this.drawing = undefined;
    return this.events.ended();
  }

  private point(event: PointerEvent): void {
    const page = event.isPrimary ? pageAt(event) : undefined;
    if (page) this.events.pointed({ page: Number(page.dataset.pageNumber), ...place(event, page) });
  }
}

function pageAt(event: PointerEvent): HTMLElement | undefined {
  const { target } = event;
  return (target instanceof Element && target.closest<HTMLElement>('.page[data-page-number]')) || undefined;
}

function place(event: PointerEvent, page: HTMLElement): { x: number; y: number } {
  const upright = new UprightPage(page);
  const { left, top } = upright.box({ left: event.clientX, top: event.clientY, right: event.clientX, bottom: event.clientY });
  const part = (distance: number, whole: number) => Math.max(0, Math.min(WHOLE, Math.round((distance / (whole || 1)) * WHOLE)));
  return { x: part(left, upright.width), y: part(top, upright.height) };
}
