/** What the room says of its own accord. */

import { UserError } from '../lib/http';
import { t } from '../lib/i18n';
import type { Pictures } from './viewing';

export function picturesWords(pictures: Pictures): string {
  switch (pictures) {
    case 'all': return t('Hình các điểm cầu đang trở lại.');
    case 'content': return t('Chỉ nhận tiếng và màn hình trình chiếu.');
    default: return t('Chỉ nghe tiếng: máy này không nhận hình nữa.');
  }
}

export function deviceGone(source: 'camera' | 'microphone'): UserError {
  const device = source === 'camera' ? t('Camera') : t('Micro');
  return new UserError('device-gone', t('{device} đã ngắt.', { device }), t('Kiểm tra dây cắm, rồi bấm nút {device} để bật lại.', { device }));
}

export function unknownTrouble(): UserError {
  return new UserError('unknown', t('Hệ thống gặp lỗi.'), t('Thử lại sau ít phút.'));
}
