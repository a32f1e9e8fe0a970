/** Strokes drawn on a page: how they look. Points are in ten-thousandths of the upright page. */

import type { InkStroke } from '../generated/protocol';
import { turned, turnOf, WHOLE, type Turn } from './turning';

const SVG = 'http://www.w3.org/2000/svg';

export type Pen = InkStroke['colour'];
export const PENS: readonly Pen[] = ['red', 'blue', 'green', 'marker'];

/** Broadness in ten-thousandths of the page's width. */
export const BROAD: Record<Pen, number> = { red: 45, blue: 45, green: 45, marker: 240 };
/** On a small screen, a line is still this broad. */
const LEAST_PX = 2.5;

export interface Line { colour: Pen; points: readonly number[] }

/** A picture of the strokes, to lie over a page element; `kind` is one more class of it. */
export function inkOn(page: HTMLElement, lines: readonly Line[], kind: string): SVGSVGElement {
  const turn = turnOf(page);
  const wide = page.clientWidth || 1;
  const tall = page.clientHeight / wide;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `ink ${kind}`);
  svg.setAttribute('viewBox', `0 0 ${WHOLE} ${Math.round(WHOLE * tall)}`);
  svg.setAttribute('aria-hidden', 'true');
  const upright = turn % 180 === 0 ? 1 : tall;
  svg.append(...lines.map(({ colour, points }) => {
    const line = document.createElementNS(SVG, 'polyline');
    line.setAttribute('class', `ink-${colour}`);
    line.setAttribute('stroke-width', String(Math.round(Math.max(BROAD[colour] * upright, (LEAST_PX * WHOLE) / wide))));
    line.setAttribute('points', path(points, tall, turn));
    return line;
  }));
  return svg;
}

/** A dot is a line too short to see, whose round ends are the dot. */
export function path(points: readonly number[], tall: number, turn: Turn = 0): string {
  const places: string[] = [];
  for (let index = 0; index + 1 < points.length; index += 2) {
    const { left, top } = turned({ left: points[index] ?? 0, top: points[index + 1] ?? 0, width: 0, height: 0 }, turn);
    places.push(`${left},${Math.round(top * tall)}`);
    if (points.length === 2) places.push(`${left + 1},${Math.round(top * tall)}`);
  }
  return places.join(' ');
}
