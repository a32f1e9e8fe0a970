/** A reader's private mark on a paper, as documents/annotating.py keeps it. */

import { t } from '../../lib/i18n';
import type { Pen } from '../ink';

/** A part of a page in ten-thousandths of its width and height. */
export interface Rectangle { left: number; top: number; width: number; height: number }

/** Words, and what stands before and after them: by these a mark is found in a newer version. */
export interface Quote { quote: string; prefix: string; suffix: string }

export const COLOURS = ['yellow', 'green', 'blue', 'pink'] as const;
export type Colour = (typeof COLOURS)[number];
export type Kind = 'highlight' | 'note' | 'bookmark' | 'ink';

export interface Mark extends Quote {
  key: string;
  /** Row of the version on which it was made, and that version's number. */
  version: number;
  number: number;
  kind: Kind;
  /** Of a drawing the pen, of anything else the colour under the words. */
  colour: Colour | Pen;
  page: number;
  /** Of a drawing: what it covers, then the first line under it. */
  rectangles: Rectangle[];
  text: string;
  /** Of a drawing: x and y of one point after the other, in ten-thousandths of the page. */
  strokes: number[][];
}

/** A mark, and where it stands in the version that is open; `rectangles` are unknown until its page is laid out. */
export interface Placed { mark: Mark; page: number; rectangles: readonly Rectangle[] }

/** As one reads: by page, then from the top. A bookmark is the page's, so it comes first. */
export function inPageOrder(one: Placed, other: Placed): number {
  const top = ({ mark, rectangles }: Placed) => (mark.kind === 'bookmark' ? -1 : rectangles[0]?.top ?? 0);
  return one.page - other.page || top(one) - top(other) || (one.rectangles[0]?.left ?? 0) - (other.rectangles[0]?.left ?? 0);
}

export function colourName(colour: Colour): string {
  const names: Record<Colour, () => string> = {
    yellow: () => t('Màu vàng'), green: () => t('Màu xanh lá'), blue: () => t('Màu xanh dương'), pink: () => t('Màu hồng'),
  };
  return names[colour]();
}

export function kindName(kind: Kind): string {
  const names: Record<Kind, () => string> = {
    highlight: () => t('Đoạn tô màu'), note: () => t('Ghi chú'), bookmark: () => t('Đánh dấu trang'), ink: () => t('Nét vẽ tay'),
  };
  return names[kind]();
}
