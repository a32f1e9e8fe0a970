/** What is said aloud to those who cannot see the screen, and shown to those who look elsewhere. Pure. */

import type { ServerMessage } from '../generated/protocol';
import { t } from '../lib/i18n';
import { currentItem, type RoomState } from './store';

export interface Announcement {
  text: string;
  /** Shown as a toast, too: others did it, and it concerns me. */
  toast?: boolean;
}

/** What to say about `message`, which turned `before` into `after`; undefined: nothing. */
export function announcement(message: ServerMessage, before: RoomState, after: RoomState): Announcement | undefined {
  const { roster, me } = after;
  switch (message.type) {
    case 'floor.granted':
      if (message.site === me.site) return { text: t('Chủ tọa mời điểm cầu của quý vị phát biểu.') };
      return { text: t('{site} đang phát biểu.', { site: roster.name(message.site) }) };
    case 'floor.ended':
      if (message.site === me.site) return { text: t('Quý vị đã kết thúc lượt phát biểu. Micro đã tắt.'), toast: true };
      return { text: t('{site} đã phát biểu xong.', { site: roster.name(message.site) }) };
    case 'floor.requested':
      if (!after.rights.chair || message.site === me.site) return undefined;
      return { text: t('{site} xin phát biểu.', { site: roster.name(message.site) }), toast: true };
    case 'discussion.changed':
      return {
        text: message.free ? t('Thảo luận tự do: các điểm cầu được mở micro.') : t('Kết thúc thảo luận tự do. Chỉ người được mời mở micro.'),
        toast: true,
      };
    case 'meeting.opened': return { text: t('Cuộc họp đã khai mạc.'), toast: true };
    case 'meeting.ended': return { text: t('Cuộc họp đã kết thúc.') };
    case 'item.opened': return itemOpened(after);
    case 'content.changed': return contentChanged(before, after);
    case 'document.opened': return documentOpened(after);
    default: return undefined;
  }
}

function itemOpened(state: RoomState): Announcement | undefined {
  const current = currentItem(state);
  return current && { text: t('Chuyển sang mục {number}: {title}', { number: current.number, title: current.item.title }), toast: true };
}

function contentChanged(before: RoomState, after: RoomState): Announcement | undefined {
  if (after.contentSite === after.me.site || before.contentSite === after.contentSite) return undefined;
  if (after.contentSite === null) return { text: t('Đã dừng trình chiếu màn hình.') };
  return { text: t('{site} đang trình chiếu màn hình.', { site: after.roster.name(after.contentSite) }), toast: true };
}

function documentOpened(state: RoomState): Announcement | undefined {
  const { document, me } = state;
  if (!document || document.presenter_id === me.person) return undefined;
  return { text: t('{name} mở tài liệu: {title}', { name: document.presenter, title: document.title }), toast: true };
}
