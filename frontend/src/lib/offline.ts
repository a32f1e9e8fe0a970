/** Says that the network is gone, as long as it is. */

import { somethingKept } from '../offline/vault';
import { t } from './i18n';
import { toast } from './toast';

export function initOffline(): void {
  let notice: HTMLElement | undefined;
  window.addEventListener('offline', () => {
    if (document.querySelector('eo-meeting-room .room')) return; // the room says it itself, with what still works there
    if (document.querySelector('eo-offline-shelf')) return; // so does the page of what is kept
    notice?.remove();
    notice = somethingKept()
      ? toast(t('Máy này đang mất mạng. Mở tài liệu đã lưu trên máy này.'), { tone: 'warning', url: '/offline/' })
      : toast(t('Máy này đang mất mạng.'), { tone: 'warning', hint: t('Nội dung đang nhập được giữ trên máy; gửi lại khi có mạng.') });
  });
  window.addEventListener('online', () => {
    if (!notice) return;
    notice.remove();
    notice = undefined;
    toast(t('Đã có mạng trở lại.'), { tone: 'success' });
  });
}
