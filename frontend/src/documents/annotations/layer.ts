/** Draws the reader's marks over the pages: colours under the words, strokes over them, a button where a note stands. */

import { icon, make } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { inkOn, type Line, type Pen } from '../ink';
import { turned, turnOf, type Turn } from '../turning';
import type { Mark, Placed, Rectangle } from './mark';
import { isNear, moved } from './strokes';

/** A note on a highlight hangs beside its first line, at the right edge of the page, where no words are. */
const EDGE = 9_400;

export class MarkLayer {
  private placed: readonly Placed[] = [];
  private current = '';

  /** `pageOf` gives the elements of pages that are laid out; `press` hears which note was pressed. */
  constructor(private readonly pageOf: (page: number) => HTMLElement | undefined, private readonly press: (mark: Mark) => void) {}

  /** These marks and no others; `current` is the one the person is at. */
  show(placed: readonly Placed[], current: string): void {
    const pages = new Set([...this.placed, ...placed].map(({ page }) => page));
    this.placed = placed;
    this.current = current;
    for (const page of pages) this.paint(page);
  }

  /** Draws a page's marks again: it has been laid out anew. */
  paint(page: number): void {
    const element = this.pageOf(page);
    if (!element) return;
    for (const old of element.querySelectorAll(':scope > .annotations, :scope > .annotation-pins, :scope > .own-ink:not(.live-ink)')) old.remove();
    const here = this.placed.filter((each) => each.page === page);
    if (!here.length) return;
    const turn = turnOf(element);
    const colours = make('div', { class: 'annotations', 'aria-hidden': 'true' });
    for (const { mark, rectangles } of here) if (mark.kind === 'highlight') for (const part of rectangles) colours.append(this.colour(mark, turned(part, turn)));
    const lines = here.flatMap(linesOf);
    element.append(colours, ...(lines.length ? [inkOn(element, lines, 'own-ink')] : []), make('div', { class: 'annotation-pins' }, ...here.flatMap((each) => this.pin(each, turn) ?? [])));
  }

  /** The line that is being drawn on a page; undefined: none. */
  live(page: number, line: Line | undefined): void {
    const element = this.pageOf(page);
    element?.querySelector(':scope > .live-ink')?.remove();
    if (element && line) element.append(inkOn(element, [line], 'own-ink live-ink'));
  }

  /** The mark under a point of a page, in ten-thousandths; the smallest of several. */
  at(page: number, x: number, y: number): Mark | undefined {
    const covers = ({ left, top, width, height }: Rectangle) => x >= left && x <= left + width && y >= top && y <= top + height;
    const hit = this.placed.filter((each) => each.page === page && each.mark.kind === 'highlight' && each.rectangles.some(covers));
    const words = hit.sort((one, other) => one.mark.quote.length - other.mark.quote.length)[0]?.mark;
    return words ?? this.placed.find((each) => each.page === page && linesOf(each).some(({ colour, points }) => isNear(points, colour, x, y)))?.mark;
  }

  private colour(mark: Mark, part: Rectangle): HTMLElement {
    const box = make('div', { class: `annotation-${mark.colour}${mark.key === this.current ? ' is-current' : ''}` });
    Object.assign(box.style, { left: `${part.left / 100}%`, top: `${part.top / 100}%`, width: `${part.width / 100}%`, height: `${part.height / 100}%` });
    return box;
  }

  private pin({ mark, rectangles }: Placed, turn: Turn): HTMLElement | undefined {
    if (mark.kind === 'bookmark') return make('span', { class: 'annotation-bookmark', title: t('Trang đã đánh dấu') }, icon('bookmark-fill'));
    const [first] = rectangles;
    if (!first || (mark.kind !== 'note' && !mark.text)) return undefined;
    const label = mark.text ? t('Ghi chú: {text}', { text: mark.text.slice(0, 120) }) : t('Ghi chú trống');
    const pin = make('button', { type: 'button', class: `annotation-pin${mark.key === this.current ? ' is-current' : ''}`, 'aria-label': label, title: label }, icon('sticky-fill'));
    const place = turned({ left: mark.kind === 'note' ? Math.min(first.left, EDGE) : EDGE, top: first.top, width: 0, height: 0 }, turn);
    Object.assign(pin.style, { left: `${Math.min(place.left, EDGE) / 100}%`, top: `${place.top / 100}%` });
    pin.addEventListener('click', (event) => { event.stopPropagation(); this.press(mark); });
    return pin;
  }
}

/** The strokes of a drawing where they lie now; of anything else none. */
export function linesOf({ mark, rectangles: [now] }: Placed): Line[] {
  const [before] = mark.rectangles;
  if (mark.kind !== 'ink' || !now || !before) return [];
  return mark.strokes.map((points) => ({ colour: mark.colour as Pen, points: moved(points, now.left - before.left, now.top - before.top) }));
}
