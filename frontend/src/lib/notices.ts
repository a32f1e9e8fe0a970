/** The bell: notices arrive over the person's own socket, the count changes, the page may refresh itself. */

import { findAll, pageValue } from './dom';
import { t } from './i18n';
import { LastingSocket, socketUrl } from './socket';
import { toast } from './toast';

/** What `eoffice/notifications/consumers.py` sends. */
export type NoticeMessage =
  | { type: 'notice.added'; id: number; title: string; url: string; unread: number }
  | { type: 'notices.counted'; unread: number };

/** Connects when somebody is signed in. `eo:notified` on <body> lets htmx sections refresh themselves. */
export function initNotices(): void {
  if (!pageValue('user')) return;
  let first = true;
  const socket = new LastingSocket(socketUrl('/ws/notices/'), {
    finalCodes: [4401],
    onMessage: (message) => show(message as NoticeMessage),
    onState: (state) => {
      if (state !== 'open') return;
      if (!first) document.body.dispatchEvent(new CustomEvent('eo:notified'));
      first = false;
    },
  });
  window.addEventListener('pagehide', () => socket.close(), { once: true });
  window.addEventListener('pageshow', (event) => { if (event.persisted) initNotices(); }, { once: true });
}

function show(message: NoticeMessage): void {
  switch (message.type) {
    case 'notice.added':
      showCount(message.unread);
      toast(message.title, { url: message.url });
      document.body.dispatchEvent(new CustomEvent('eo:notified'));
      break;
    case 'notices.counted':
      showCount(message.unread);
      break;
    default: {
      const unknown: never = message;
      throw new Error(`Unknown notice ${JSON.stringify(unknown)}`);
    }
  }
}

/** Writes the count on the bell, and says it. */
export function showCount(unread: number): void {
  for (const badge of findAll(document, '[data-unread]', HTMLElement)) {
    badge.textContent = unread > 99 ? '99+' : String(unread);
    badge.hidden = unread === 0;
  }
  for (const bell of findAll(document, '[data-bell]', HTMLElement)) {
    bell.setAttribute('aria-label', unread ? t('Thông báo, {count} chưa đọc', { count: unread }) : t('Thông báo'));
  }
}
