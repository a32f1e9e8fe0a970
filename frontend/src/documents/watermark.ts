/** The reader's name, agency and the time over an open paper, on screen and in print. The server's copies have their own. */

import { make, pageValue } from '../lib/dom';
import { formatDateTime } from '../lib/i18n';

const LINES = 24;

/** Lays the mark over `stage`, whose position is relative; nothing where nobody is signed in. Its words are pale on
 * purpose and no text of the page: the style sheet draws them. */
export function layWatermark(stage: HTMLElement, now = new Date()): void {
  const reader = pageValue('reader');
  if (!reader) return;
  const text = `${reader} – ${formatDateTime(now)}`;
  const lines = Array.from({ length: LINES }, () => make('span', { 'data-text': text }));
  stage.querySelector('.watermark')?.remove();
  stage.append(make('div', { class: 'watermark', 'aria-hidden': 'true' }, ...lines));
}
