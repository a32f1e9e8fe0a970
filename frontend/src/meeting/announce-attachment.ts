/** What is said of meetings that are attached to each other. Pure. */

import { t } from '../lib/i18n';
import type { Announcement } from './announce';
import { askedOfMe, isCalled } from './attachment';
import type { RoomState } from './store';

export function attachmentSaid(before: RoomState, after: RoomState): Announcement | undefined {
  const [were, are] = [before, after].map(({ attachments }) => attachments.filter(({ attached }) => attached));
  const come = are?.find(({ id }) => !were?.some((one) => one.id === id));
  if (come) return { text: t('Đang nối cầu với: {title}', { title: come.title }) }; // the banner shows it
  const gone = were?.find(({ id }) => !are?.some((one) => one.id === id));
  if (gone) return { text: t('Đã tách cầu: {title}', { title: gone.title }), toast: true };
  if (isCalled(after) && !isCalled(before)) return { text: t('Cơ quan ta được mời phát biểu ở cuộc họp đó.') };
  const asked = askedOfMe(after).find(({ id }) => !before.attachments.some((one) => one.id === id));
  return asked ? { text: t('{agency} đề nghị nối cầu.', { agency: asked.agency }) } : undefined;
}
