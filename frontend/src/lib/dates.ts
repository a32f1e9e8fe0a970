/** Date and time fields: always dd/mm/yyyy and 24 hours, forgiving while typed, with the browser's calendar behind a button. */

import { findAll, icon, make } from './dom';
import { t } from './i18n';

/** "5/3" → "05/03/<this year>", "05032026" → "05/03/2026"; what is no date comes back as it was. */
export function tidyDate(text: string, today = new Date()): string {
  const trimmed = text.trim();
  const parts = /^\d{8}$/.test(trimmed)
    ? [trimmed.slice(0, 2), trimmed.slice(2, 4), trimmed.slice(4)]
    : trimmed.split(/[/.\-\s]+/);
  const [day, month, year = String(today.getFullYear())] = parts.map((part) => (/^\d+$/.test(part) ? part : 'NaN'));
  if (parts.length < 2 || parts.length > 3 || !day || !month) return trimmed;
  const full = year.length === 2 ? `20${year}` : year;
  const date = new Date(Date.UTC(Number(full), Number(month) - 1, Number(day)));
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1 || full.length !== 4) return trimmed;
  return `${day.padStart(2, '0')}/${month.padStart(2, '0')}/${full}`;
}

/** "8h30", "830", "8" → "08:30", "08:30", "08:00"; what is no time comes back as it was. */
export function tidyTime(text: string): string {
  const trimmed = text.trim();
  const found = /^(\d{1,2})(?:\s*[:hg.]\s*(\d{2})?)?$/i.exec(trimmed) ?? /^(\d{1,2})(\d{2})$/.exec(trimmed);
  const hour = Number(found?.[1]);
  const minute = Number(found?.[2] ?? 0);
  if (!found || hour > 23 || minute > 59) return trimmed;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** `dd/mm/yyyy` → `yyyy-mm-dd` for the browser's calendar; "" when it is no date. */
export function isoDate(text: string): string {
  const found = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  return found ? `${found[3]}-${found[2]}-${found[1]}` : '';
}

export function initDates(root: ParentNode): void {
  for (const field of findAll(root, 'input[data-date]', HTMLInputElement)) if (!field.closest('.date-box')) addCalendar(field);
  for (const field of findAll(root, 'input[data-time]', HTMLInputElement)) tidyOnLeave(field, tidyTime);
}

function tidyOnLeave(field: HTMLInputElement, tidy: (text: string) => string): void {
  field.addEventListener('blur', () => {
    const tidied = tidy(field.value);
    if (tidied === field.value) return;
    field.value = tidied;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

function addCalendar(field: HTMLInputElement): void {
  tidyOnLeave(field, tidyDate);
  const box = make('div', { class: 'date-box' });
  const native = make('input', { type: 'date', tabindex: '-1', 'aria-hidden': 'true' });
  const button = make('button', { type: 'button', class: 'icon-button', 'aria-label': t('Chọn ngày trên lịch') }, icon('calendar-event'));
  field.replaceWith(box);
  box.append(field, native, button);
  button.addEventListener('click', () => {
    native.value = isoDate(tidyDate(field.value));
    native.showPicker();
  });
  native.addEventListener('change', (event) => {
    event.stopPropagation();
    const [year, month, day] = native.value.split('-');
    if (!year) return;
    field.value = `${day}/${month}/${year}`;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.focus();
  });
}
