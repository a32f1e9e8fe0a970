/** What is said of consultation rooms. Pure. */

import type { ConsultationChanged, ConsultationMoved, ConsultationVisited } from '../generated/protocol';
import { t } from '../lib/i18n';
import type { Announcement } from './announce';
import { holds, myConsultation } from './consultation';
import type { RoomState } from './store';

export function consulted(message: ConsultationChanged | ConsultationMoved | ConsultationVisited, before: RoomState, after: RoomState): Announcement | undefined {
  switch (message.type) {
    case 'consultation.moved': return moved(message, after);
    case 'consultation.visited':
      return { text: t('{name} sẽ vào phòng hội ý sau {seconds} giây.', { name: message.by, seconds: message.seconds }), toast: true };
    default: return changed(message, before, after);
  }
}

function moved({ consultation, why }: ConsultationMoved, after: RoomState): Announcement {
  if (consultation !== null) {
    const name = myConsultation(after)?.name ?? '';
    return { text: `${t('Quý vị đã vào phòng hội ý {name}.', { name })} ${t('Micro đang tắt; bấm để mở.')}` }; // the banner shows it
  }
  switch (why) {
    case 'time': return { text: t('Hết giờ hội ý. Quý vị đã trở lại phòng họp, micro đang tắt.'), toast: true };
    case 'recalled': return { text: t('Quý vị đã được gọi trở lại phòng họp, micro đang tắt.'), toast: true };
    case 'floor': return { text: t('Quý vị trở lại phòng họp để phát biểu.'), toast: true };
    default: return { text: t('Quý vị đã trở lại phòng họp, micro đang tắt.'), toast: true };
  }
}

/** Opened for my site, called back, or longer than before. */
function changed({ consultation: room }: ConsultationChanged, before: RoomState, after: RoomState): Announcement | undefined {
  const known = before.consultations.find(({ id }) => id === room.id);
  const concernsMe = room.id === after.consulting || room.sites.includes(after.me.site);
  if (!known) {
    if (!concernsMe && !after.rights.admit) return undefined;
    if (!concernsMe && before.consultations.some(({ opened_at }) => opened_at === room.opened_at)) return undefined; // opened with others by one press
    return { text: t('{name} mở phòng hội ý: {room}', { name: room.by, room: room.name }), toast: !concernsMe };
  }
  if (room.id !== after.consulting) return undefined;
  if (room.recalled && !known.recalled) return { text: t('Mọi người được gọi về phòng họp.'), toast: true };
  const longer = !room.recalled && Date.parse(room.ends_at) > Date.parse(known.ends_at);
  return longer && !holds(room, after) ? { text: t('Phòng hội ý được thêm giờ.'), toast: true } : undefined;
}
