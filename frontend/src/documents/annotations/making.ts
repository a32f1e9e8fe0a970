/** New marks out of chosen words, a point of a page, or a page. */

import { newKey } from '../../lib/uuid';
import { quoteAt } from './anchor';
import type { Colour, Kind, Mark } from './mark';
import type { Pen } from '../ink';
import { WHOLE } from '../turning';
import { coveredBy } from './strokes';
import { LaidText, placeOn } from './text-layer';

/** Of a page, so many characters of its beginning are kept: by them a bookmark is found again. */
const BEGINNING = 100;

/** The version that is open. */
export interface OpenVersion { version: number; number: number }

/** One highlight for each page into which `range` reaches. */
export function highlights(open: OpenVersion, pages: Iterable<HTMLElement>, range: Range, colour: Colour): Mark[] {
  const made: Mark[] = [];
  for (const page of pages) {
    const laid = LaidText.on(page);
    const part = laid?.within(range);
    if (!laid || !part) continue;
    const rectangles = laid.rectangles(part.start, part.end);
    made.push({ ...blank(open, 'highlight', numberOf(page)), colour, rectangles, ...quoteAt(laid.text, part.start, part.end) });
  }
  return made;
}

/** A note at a point of the window; it keeps to the line of text nearest to it. */
export function noteAt(open: OpenVersion, page: HTMLElement, x: number, y: number): Mark {
  const laid = LaidText.on(page);
  const line = laid?.nearest(x, y);
  const { left, top } = placeOn(page, x, y);
  return {
    ...blank(open, 'note', numberOf(page)), rectangles: [{ left, top, width: 0, height: 0 }],
    ...(laid && line ? quoteAt(laid.text, line.start, line.end) : {}),
  };
}

/** A bookmark of a page whose text is `text`. */
export function bookmark(open: OpenVersion, page: number, text: string): Mark {
  const start = text.search(/\p{L}/u); // the page's number in its head says nothing
  return { ...blank(open, 'bookmark', page), ...(start >= 0 ? { ...quoteAt(text, start, start + BEGINNING), prefix: '' } : {}) };
}

/** A drawing; what it covers keeps to the words under it, or beside it. */
export function drawing(open: OpenVersion, page: HTMLElement, pen: Pen, strokes: number[][]): Mark {
  return { ...blank(open, 'ink', numberOf(page)), colour: pen, strokes, ...underOf(page, strokes) };
}

/** Where strokes lie, and the words there. */
export function underOf(page: HTMLElement | undefined, strokes: readonly number[][]): Partial<Mark> & Pick<Mark, 'rectangles'> {
  const covered = coveredBy(strokes);
  const laid = LaidText.on(page);
  const words = laid?.under(covered) ?? laid?.under({ ...covered, left: 0, width: WHOLE });
  const [line] = laid && words ? laid.rectangles(words.start, words.end) : [];
  if (!laid || !words || !line) return { rectangles: [covered] };
  return { rectangles: [covered, line], ...quoteAt(laid.text, words.start, words.end) };
}

function blank({ version, number }: OpenVersion, kind: Kind, page: number): Mark {
  return { key: newKey(), version, number, kind, colour: 'yellow', page, rectangles: [], quote: '', prefix: '', suffix: '', text: '', strokes: [] };
}

const numberOf = (page: HTMLElement) => Number(page.dataset.pageNumber);
