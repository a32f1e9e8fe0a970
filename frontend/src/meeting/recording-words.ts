/** What people are told of a recording. When the meaning changes, NOTICE_VERSION in meetings/recording.py grows. */

import { formatTime, t } from '../lib/i18n';

export interface Recording {
  id: number;
  at: string;
  by: string;
}

export function recordingHeading(): string {
  return t('Cuộc họp đang được ghi hình.');
}

export function recordingDetail(recording: Recording): string {
  return t('{name} bật ghi hình lúc {time}. Hình điểm cầu phát biểu, màn hình trình chiếu, tiếng nói và phụ đề được lưu lại; người dự họp xem lại được.', {
    name: recording.by, time: formatTime(new Date(recording.at)),
  });
}
