/** Times are Viet Nam's. Where the reader's machine has another clock, theirs stands behind each `time[data-zone]`, and a note says so. */

import { findAll } from './dom';

const SITE_ZONE = 'Asia/Ho_Chi_Minh';

const clock = (moment: Date, timeZone?: string): string =>
  moment.toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(timeZone ? { timeZone } : {}) });

export function initZones(root: ParentNode): void {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let differs = false;
  for (const time of findAll(root, 'time[data-zone]', HTMLTimeElement)) {
    const start = new Date(time.dateTime);
    if (Number.isNaN(start.getTime()) || clock(start) === clock(start, SITE_ZONE)) continue;
    differs = true;
    time.removeAttribute('data-zone');
    const end = new Date(time.dataset['ends'] ?? '');
    time.append(` (${clock(start)}${Number.isNaN(end.getTime()) ? '' : `–${clock(end)}`})`);
  }
  if (!differs) return;
  for (const note of findAll(document, '[data-zone-note]', HTMLElement)) {
    note.textContent = (note.dataset['zoneNote'] ?? '').replace('{zone}', here);
    note.hidden = false;
  }
}
