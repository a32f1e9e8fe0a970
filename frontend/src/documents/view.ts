/** Which part of a page a window shows, relative to the page: the same words for every size of window. No DOM. */

import type { PageView } from '../generated/protocol';

export type { PageView } from '../generated/protocol';

export const WHOLE_WIDTH: PageView = { fit: 'width', x: 0, y: 0, span: 1000 };

interface Box { left: number; top: number; width: number; height: number }

/** What of `page` is in sight in `window`; `scale`: as pdf.js calls it. */
export function shownPart(scale: string, window: Box, page: Box | undefined): PageView {
  if (!page?.width || !page.height) return WHOLE_WIDTH;
  const fit = scale === 'page-width' ? 'width' : scale === 'page-fit' ? 'page' : 'part';
  const part = (distance: number, whole: number) => Math.round((distance / whole) * 1000);
  return {
    fit,
    // In a window that is wider than the page, the page stands in the middle of it.
    x: Math.max(0, Math.min(2000, part(window.left - page.left, page.width))),
    y: Math.max(-3000, Math.min(2000, part(window.top - page.top, page.height))),
    span: Math.max(50, Math.min(10_000, part(window.width, page.width))),
  };
}

/** Whether two parts are as large. */
export function sameZoom(one: PageView, other: PageView): boolean {
  return one.fit === other.fit && (one.fit !== 'part' || one.span === other.span);
}

/** Whether two parts are the same for the eye. */
export function sameView(one: PageView, other: PageView): boolean {
  return sameZoom(one, other) && Math.abs(one.x - other.x) < 3 && Math.abs(one.y - other.y) < 3;
}
