/** Short notices in the corner. They are announced to screen readers and stay until they are read. */

import { icon, make } from './dom';
import type { UserError } from './http';
import { t } from './i18n';

export type Tone = 'info' | 'success' | 'warning' | 'danger';

export interface ToastOptions {
  tone?: Tone;
  /** What to do next. */
  hint?: string;
  /** Where a press on the notice leads. */
  url?: string;
  /** Seconds on screen; 0 keeps it until it is closed. Errors stay by default. */
  seconds?: number;
}

const ICONS: Record<Tone, string> = {
  info: 'info-circle', success: 'check-circle', warning: 'exclamation-triangle', danger: 'exclamation-octagon',
};

/** Shows `message`; errors and warnings interrupt a screen reader, the rest waits its turn. */
export function toast(message: string, options: ToastOptions = {}): HTMLElement {
  const tone = options.tone ?? 'info';
  const text = make('div', { class: 'toast-text' });
  text.append(options.url ? make('a', { href: options.url }, message) : make('p', {}, message));
  if (options.hint) text.append(make('p', { class: 'toast-hint' }, options.hint));
  const close = make('button', { type: 'button', class: 'icon-button', 'aria-label': t('Đóng thông báo') }, icon('x-lg'));
  const box = make('div', { class: `toast toast-${tone}` }, icon(ICONS[tone]), text, close);
  close.addEventListener('click', () => box.remove());
  shelf(tone).append(box);
  const seconds = options.seconds ?? (tone === 'danger' || tone === 'warning' ? 0 : 8);
  if (seconds) expire(box, seconds);
  return box;
}

/** Shows what went wrong and what to do. */
export function toastError(error: UserError): void {
  toast(error.message, { tone: 'danger', hint: error.hint });
}

/** Gives the notices that the server wrote (`[data-toast]`) their close button. */
export function initToasts(): void {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-toast-close]')) {
      event.target.closest('.toast, .alert')?.remove();
    }
  });
}

/** Where notices of this tone go: errors into the assertive region, the rest into the polite one. */
export function shelf(tone: Tone): HTMLElement {
  const id = tone === 'danger' || tone === 'warning' ? 'toasts-urgent' : 'toasts';
  return document.getElementById(id) ?? document.body;
}

function expire(box: HTMLElement, seconds: number): void {
  let timer = setTimeout(() => box.remove(), seconds * 1000);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(() => box.remove(), seconds * 1000); };
  box.addEventListener('pointerenter', hold);
  box.addEventListener('focusin', hold);
  box.addEventListener('pointerleave', release);
  box.addEventListener('focusout', release);
}
