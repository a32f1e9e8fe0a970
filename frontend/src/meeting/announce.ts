/** What is said aloud to those who cannot see the screen, and shown to those who look elsewhere. Pure. */

import type { ChatEntry, ServerMessage } from '../generated/protocol';
import { t } from '../lib/i18n';
import { floorAnnouncement } from './announce-floor';
import { channelName } from './chat-channels';
import { attachmentSaid } from './announce-attachment';
import { consulted } from './announce-consultation';
import { roleName } from './roles';
import { currentItem, type RoomState } from './store';
import { voteAnnouncement } from './vote-words';

export interface Announcement {
  text: string;
  /** Shown as a toast, too: others did it, and it concerns me. */
  toast?: boolean;
}

/** What to say about `message`, which turned `before` into `after`; undefined: nothing. */
export function announcement(message: ServerMessage, before: RoomState, after: RoomState): Announcement | undefined {
  switch (message.type) {
    case 'discussion.changed':
      return {
        text: message.free ? t('Thảo luận tự do: các điểm cầu được mở micro.') : t('Kết thúc thảo luận tự do. Chỉ người được mời mở micro.'),
        toast: true,
      };
    case 'meeting.opened': return { text: t('Cuộc họp đã khai mạc.'), toast: true };
    case 'meeting.ended': return { text: t('Cuộc họp đã kết thúc.') };
    case 'chair.changed': return chairChanged(after);
    case 'lock.changed':
      return { text: message.locked ? t('{name} đã khóa phòng họp.', { name: message.by }) : t('{name} đã mở khóa phòng họp.', { name: message.by }), toast: after.rights.admit };
    case 'microphone.closed':
      return { text: t('{site} cùng cơ quan vừa mở micro; micro máy này đã tắt để không vọng tiếng.', { site: message.by }), toast: true };
    case 'chat.sent': return answered(message.entries, before, after);
    case 'chat.closed':
      return { text: message.closed ? t('{name} đã đóng trao đổi chung.', { name: message.by }) : t('{name} đã mở lại trao đổi chung.', { name: message.by }), toast: true };
    case 'consultation.moved': case 'consultation.visited': case 'consultation.changed': return consulted(message, before, after);
    case 'attachment.changed': return attachmentSaid(before, after);
    case 'lobby.changed': return knocked(before, after);
    case 'rights.changed': return roleChanged(before, after);
    case 'item.opened': return itemOpened(after);
    case 'content.changed': return contentChanged(before, after);
    case 'document.opened': return documentOpened(after);
    case 'recording.changed': return recordingChanged(before, after);
    default: return voteAnnouncement(message, after) ?? floorAnnouncement(message, before, after);
  }
}

function chairChanged({ presiding, me }: RoomState): Announcement {
  const text = presiding.person === me.person ? t('Từ bây giờ quý vị điều hành cuộc họp.') : t('{name} điều hành cuộc họp.', { name: presiding.name });
  return { text, toast: true };
}

/** A desk has answered me. */
function answered(entries: readonly ChatEntry[], before: RoomState, { me }: RoomState): Announcement | undefined {
  const known = new Set(before.chat.map(({ id }) => id));
  const answer = entries.findLast((entry) => entry.asker === me.person && entry.sender_id !== me.person && !known.has(entry.id));
  return answer && { text: t('{desk} trả lời quý vị: {text}', { desk: channelName(answer.channel), text: shortened(answer.text) }), toast: true };
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function roleChanged(before: RoomState, after: RoomState): Announcement | undefined {
  if (!before.known || before.rights.role === after.rights.role) return undefined;
  return { text: t('Vai trò của quý vị trong cuộc họp: {role}.', { role: roleName(after.rights.role) }), toast: true };
}

function knocked(before: RoomState, after: RoomState): Announcement | undefined {
  const known = new Set(before.lobby.filter(({ state }) => state === 'waiting').map(({ person }) => person));
  const fresh = after.lobby.filter(({ state, person }) => state === 'waiting' && !known.has(person));
  if (!fresh.length) return undefined;
  const [first] = fresh;
  const text = fresh.length === 1 && first
    ? t('{name} ({site}) đang chờ vào phòng họp.', { name: first.name, site: first.site_name })
    : t('{count} người đang chờ vào phòng họp.', { count: fresh.length });
  return { text, toast: true };
}

function recordingChanged(before: RoomState, after: RoomState): Announcement | undefined {
  if (after.recording?.id === before.recording?.id) return undefined;
  if (after.recording === null) return { text: t('Đã dừng ghi hình.'), toast: true };
  return { text: t('{name} bật ghi hình cuộc họp.', { name: after.recording.by }), toast: after.recordingNoted };
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
