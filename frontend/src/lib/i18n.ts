/** The language of the page. Texts are written in Vietnamese; English comes from `locale/en.ts`. */

import { en } from '../locale/en';

export type Language = 'vi' | 'en';

/** What the page was rendered in. */
export function language(): Language {
  return document.documentElement.lang === 'en' ? 'en' : 'vi';
}

/** `text` in the language of the page; `{name}` is replaced by `values.name`. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const said = language() === 'en' ? (en[text] ?? text) : text;
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

const zone = 'Asia/Ho_Chi_Minh';

function parts(moment: Date): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, day: '2-digit', month: '2-digit', year: 'numeric',
    hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(moment).map((part) => [part.type, part.value]));
}

/** "24/11/2026" in Vietnam's time. */
export function formatDate(moment: Date): string {
  const { day, month, year } = parts(moment);
  return `${day}/${month}/${year}`;
}

/** "08:30" in Vietnam's time. */
export function formatTime(moment: Date): string {
  const { hour, minute } = parts(moment);
  return `${hour}:${minute}`;
}

/** "08:30, 24/11/2026" in Vietnam's time. */
export function formatDateTime(moment: Date): string {
  return `${formatTime(moment)}, ${formatDate(moment)}`;
}

/** "1:05" or "1:02:03" from seconds. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "12,5 MB" (Vietnamese comma) from bytes. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit += 1; }
  const text = unit === 0 ? String(value) : value.toFixed(1).replace(/\.0$/, '');
  return `${language() === 'vi' ? text.replace('.', ',') : text} ${units[unit]}`;
}
