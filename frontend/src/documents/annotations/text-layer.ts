/** The words that pdf.js lays over a page, and where they stand on it. */

import { UprightPage, WHOLE, type Box } from '../turning';
import type { Rectangle } from './mark';

const MOST_RECTANGLES = 300;

interface Piece { node: Text; start: number }

/** The text of a page as it is laid out; a line's end is a line's end. */
export class LaidText {
  text = '';
  private readonly pieces: Piece[] = [];

  constructor(readonly page: HTMLElement, layer: HTMLElement) {
    const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof HTMLBRElement) this.text += '\n';
      if (!(node instanceof Text)) continue;
      this.pieces.push({ node, start: this.text.length });
      this.text += node.data;
    }
  }

  /** What a page element has; undefined while its words are not laid out. */
  static on(page: HTMLElement | undefined): LaidText | undefined {
    const layer = page?.querySelector<HTMLElement>(':scope > .textLayer');
    return page && layer?.textContent ? new LaidText(page, layer) : undefined;
  }

  /** From where to where `range` reaches into this page; undefined when it holds no letter of it. */
  within(range: Range): { start: number; end: number } | undefined {
    let start = -1;
    let end = -1;
    for (const piece of this.pieces) {
      if (!range.intersectsNode(piece.node)) continue;
      const from = piece.node === range.startContainer ? range.startOffset : 0;
      const to = piece.node === range.endContainer ? range.endOffset : piece.node.length;
      if (from >= to) continue;
      if (start < 0) start = piece.start + from;
      end = piece.start + to;
    }
    return start >= 0 && this.text.slice(start, end).trim() ? { start, end } : undefined;
  }

  /** The lines on which the text from `start` to `end` stands. */
  rectangles(start: number, end: number): Rectangle[] {
    const page = new UprightPage(this.page);
    const parts: Box[] = [];
    for (const { node, start: first } of this.pieces) {
      const from = Math.max(0, start - first);
      const to = Math.min(node.length, end - first);
      if (from >= to || !node.data.slice(from, to).trim()) continue;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      parts.push(...[...range.getClientRects()].map((part) => page.box(part)));
    }
    return inLines(parts).slice(0, MOST_RECTANGLES).map((part) => share(part, page));
  }

  /** From where to where the lines reach that a part of the page touches. */
  under({ left, top, width, height }: Rectangle): { start: number; end: number } | undefined {
    const page = new UprightPage(this.page);
    let reach: { start: number; end: number } | undefined;
    for (const { node, start } of this.pieces) {
      const box = node.parentElement?.getBoundingClientRect();
      if (!box || !node.data.trim()) continue;
      const line = share(page.box(box), page);
      const apart = line.left > left + width || line.left + line.width < left || line.top > top + height || line.top + line.height < top;
      if (!apart) reach = { start: Math.min(start, reach?.start ?? start), end: Math.max(start + node.length, reach?.end ?? 0) };
    }
    return reach;
  }

  /** The line of text nearest to a point of the window. */
  nearest(x: number, y: number): { start: number; end: number } | undefined {
    let best: { start: number; end: number } | undefined;
    let least = Infinity;
    for (const { node, start } of this.pieces) {
      const part = node.parentElement?.getBoundingClientRect();
      if (!part || !node.data.trim()) continue;
      const away = Math.hypot(outside(x, part.left, part.right), outside(y, part.top, part.bottom));
      if (away < least) { least = away; best = { start, end: start + node.length }; }
    }
    return best;
  }
}

/** One box for each line: parts that stand beside each other are one. */
export function inLines(parts: readonly Box[]): Box[] {
  const lines: Box[] = [];
  for (const part of parts) {
    const height = part.bottom - part.top;
    if (height <= 0 || part.right <= part.left) continue;
    const last = lines.at(-1);
    const beside = last && Math.abs((last.top + last.bottom) / 2 - (part.top + part.bottom) / 2) < height / 2
      && part.left - last.right < 2 * height && last.left - part.right < 2 * height;
    if (!last || !beside) lines.push({ left: part.left, top: part.top, right: part.right, bottom: part.bottom });
    else Object.assign(last, {
      left: Math.min(last.left, part.left), top: Math.min(last.top, part.top),
      right: Math.max(last.right, part.right), bottom: Math.max(last.bottom, part.bottom),
    });
  }
  return lines;
}

/** A box as a part of the page. */
export function share(part: Box, page: { left: number; top: number; width: number; height: number }): Rectangle {
  const within = (distance: number, whole: number) => Math.max(0, Math.min(WHOLE, Math.round((distance / (whole || 1)) * WHOLE)));
  const left = within(part.left - page.left, page.width);
  const top = within(part.top - page.top, page.height);
  return { left, top, width: within(part.right - page.left, page.width) - left, height: within(part.bottom - page.top, page.height) - top };
}

/** A point of the window as a place of the upright page. */
export function placeOn(page: HTMLElement, x: number, y: number): { left: number; top: number } {
  const upright = new UprightPage(page);
  const { left, top } = share(upright.box({ left: x, top: y, right: x, bottom: y }), upright);
  return { left, top };
}

const outside = (value: number, from: number, to: number) => Math.max(from - value, 0, value - to);
