/** What is said about the floor, the queue and question time. Pure. */

import type { ServerMessage } from '../generated/protocol';
import { formatDuration, t } from '../lib/i18n';
import type { Announcement } from './announce';
import type { RoomState } from './store';

type Said = Announcement | undefined;

/** What to say about a message of `FloorMessage`; undefined: nothing. */
export function floorAnnouncement(message: ServerMessage, before: RoomState, after: RoomState): Said {
  switch (message.type) {
    case 'microphone.asked': return asked(message, after);
    case 'floor.declined': return declined(message, before, after);
    case 'floor.granted': return granted(message, after);
    case 'floor.ended':
      if (message.site === after.me.site) return { text: t('Quý vị đã kết thúc lượt phát biểu. Micro đã tắt.'), toast: true };
      return { text: t('{site} đã phát biểu xong.', { site: after.roster.name(message.site) }) };
    case 'floor.extended': return forSpeakerAndChair(message.site, after, t('Được thêm giờ phát biểu: tổng cộng {time}.', { time: formatDuration(message.seconds) }));
    case 'floor.paused': return forSpeakerAndChair(message.site, after, t('Đồng hồ phát biểu tạm dừng.'));
    case 'floor.resumed': return forSpeakerAndChair(message.site, after, t('Đồng hồ phát biểu chạy tiếp.'));
    default: return inLine(message, before, after);
  }
}

type Of<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

function asked({ call }: Of<'microphone.asked'>, after: RoomState): Said {
  if (call.site === after.me.site) return { text: t('Chủ tọa mời điểm cầu của quý vị phát biểu. Hãy bấm “Nhận lời, mở micro” hoặc “Chưa phát biểu”.') };
  return { text: t('Đang mời {site}.', { site: after.roster.name(call.site) }) };
}

function declined({ site, why }: Of<'floor.declined'>, before: RoomState, after: RoomState): Said {
  const values = { site: after.roster.name(site) };
  if (site === after.me.site) {
    if (why === 'recalled') return { text: t('Chủ tọa thôi mời. Quý vị vẫn giữ chỗ.'), toast: true };
    const keeps = before.call?.request ? t('Quý vị vẫn giữ chỗ; bấm “Sẵn sàng” khi phát biểu được.') : t('Bấm “Xin phát biểu” khi phát biểu được.');
    return { text: why === 'silent' ? `${t('Quý vị chưa trả lời lời mời.')} ${keeps}` : keeps, toast: true };
  }
  if (!after.rights.chair || why === 'recalled') return undefined;
  return { text: why === 'silent' ? t('{site} không trả lời lời mời.', values) : t('{site} chưa phát biểu lúc này.', values), toast: true };
}

function granted({ site, floor }: Of<'floor.granted'>, after: RoomState): Said {
  const values = { site: after.roster.name(site), time: formatDuration(floor.seconds) };
  if (site === after.me.site) return { text: t('Quý vị có lời. Thời gian phát biểu {time}.', values) };
  return { text: t('{site} đang phát biểu. Thời gian {time}.', values) };
}

function forSpeakerAndChair(site: number, after: RoomState, text: string): Said {
  return { text, toast: site === after.me.site || after.rights.chair };
}

function inLine(message: ServerMessage, before: RoomState, after: RoomState): Said {
  switch (message.type) {
    case 'floor.requested': {
      const { request } = message;
      const known = before.queue.some((other) => other.id === request.id) || before.floor?.site === request.site;
      if (known || !after.rights.chair || request.site === after.me.site) return undefined;
      const values = { site: after.roster.name(request.site) };
      return { text: request.kind === 'order' ? t('{site} có ý kiến về trình tự.', values) : t('{site} xin phát biểu.', values), toast: true };
    }
    case 'floor.withdrawn':
      if (message.site !== after.me.site || !message.refused) return undefined;
      return { text: withReason(t('Chủ tọa chưa mời quý vị phát biểu lần này.'), message.reason), toast: true };
    case 'question.asked': {
      const { question } = message;
      if (before.questions.some((other) => other.id === question.id)) return undefined;
      if (!after.rights.chair && question.target !== after.me.site) return undefined;
      return { text: t('{site} chất vấn {target}.', { site: after.roster.name(question.site), target: after.roster.name(question.target) }), toast: true };
    }
    case 'question.closed':
      if (message.site !== after.me.site || message.why !== 'refused') return undefined;
      return { text: withReason(t('Nội dung chất vấn của quý vị không được đưa ra.'), message.reason), toast: true };
    default: return undefined;
  }
}

function withReason(text: string, reason: string): string {
  return reason ? `${text} ${t('Lý do: {reason}', { reason })}` : text;
}
