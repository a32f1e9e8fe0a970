/** Shows over the pages where comments stand: words underlined, and a button at the left edge. Nothing of it looks like a private mark. */

import { icon, make } from '../../lib/dom';
import { t } from '../../lib/i18n';
import type { Placed } from '../annotations/mark';
import { turned, turnOf } from '../turning';
import type { Comment } from './comment';

/** Where the button stands, in ten-thousandths of the page. */
const EDGE = 50;
const TOP = 100;
/** Between the tops of two buttons, in px: each can be pressed. */
const APART_PX = 36;

export interface PlacedComment extends Placed { comment: Comment }

export class CommentLayer {
  private placed: readonly PlacedComment[] = [];
  private current = '';

  constructor(private readonly pageOf: (page: number) => HTMLElement | undefined, private readonly press: (comment: Comment) => void) {}

  show(placed: readonly PlacedComment[], current: string): void {
    const pages = new Set([...this.placed, ...placed].map(({ page }) => page));
    this.placed = placed;
    this.current = current;
    for (const page of pages) this.paint(page);
  }

  /** Draws a page's comments again: it has been laid out anew. */
  paint(page: number): void {
    const element = this.pageOf(page);
    if (!element) return;
    for (const old of element.querySelectorAll(':scope > .comment-words, :scope > .comment-pins')) old.remove();
    const here = this.placed.filter((each) => each.page === page);
    if (!here.length) return;
    const turn = turnOf(element);
    const words = make('div', { class: 'comment-words', 'aria-hidden': 'true' });
    const pins = make('div', { class: 'comment-pins' });
    const apart = (APART_PX * 10_000) / (element.clientHeight || 1_000);
    let free = 0;
    for (const { comment, rectangles } of here) {
      const is = comment.key === this.current ? ' is-current' : '';
      for (const part of comment.quote ? rectangles : []) {
        const { left, top, width, height } = turned(part, turn);
        const box = make('div', { class: `comment-line${is}` });
        Object.assign(box.style, { left: `${left / 100}%`, top: `${top / 100}%`, width: `${width / 100}%`, height: `${height / 100}%` });
        words.append(box);
      }
      const label = t('Góp ý của {name}: {text}', { name: comment.author, text: comment.text.slice(0, 120) });
      const pin = make('button', { type: 'button', class: `comment-pin${is}`, 'aria-label': label, title: label }, icon('chat-dots'));
      const place = turned({ left: EDGE, top: rectangles[0]?.top ?? TOP, width: 0, height: 0 }, turn);
      Object.assign(pin.style, { left: `${Math.min(place.left, 9_400) / 100}%`, top: `${Math.max(Math.min(place.top, 9_600), free) / 100}%` });
      free = Math.max(place.top, free) + apart;
      pin.addEventListener('click', (event) => { event.stopPropagation(); this.press(comment); });
      pins.append(pin);
    }
    element.append(words, pins);
  }
}
