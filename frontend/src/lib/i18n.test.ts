import { afterEach, describe, expect, it } from 'vitest';

import { en } from '../locale/en';
import { formatDate, formatDateTime, formatDuration, formatSize, t } from './i18n';

afterEach(() => { document.documentElement.lang = 'vi'; });

describe('texts', () => {
  it('are Vietnamese as written, with their values', () => {
    expect(t('Bỏ {name}', { name: 'An' })).toBe('Bỏ An');
  });

  it('are English on an English page', () => {
    document.documentElement.lang = 'en';
    expect(t('Bỏ {name}', { name: 'An' })).toBe('Remove An');
  });

  it('stay Vietnamese when nobody has translated them', () => {
    document.documentElement.lang = 'en';
    expect(t('Chưa ai dịch')).toBe('Chưa ai dịch');
  });

  it('all have English', () => {
    const missing = sources().flatMap(([file, text]) =>
      [...text.matchAll(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g)].map((found) => found[1] as string)
        .filter((said) => !(said.replaceAll("\\'", "'") in en)).map((said) => `${file}: ${said}`));
    expect(missing).toEqual([]);
  });

  it('keep their placeholders in English', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
    for (const [vietnamese, english] of Object.entries(en)) expect(names(english), vietnamese).toEqual(names(vietnamese));
  });
});

describe('moments', () => {
  it("are shown in Vietnam's time, day first, 24 hours", () => {
    const moment = new Date('2026-11-23T17:30:00Z');
    expect(formatDate(moment)).toBe('24/11/2026');
    expect(formatDateTime(moment)).toBe('00:30, 24/11/2026');
  });
});

describe('lengths and sizes', () => {
  it.each([[0, '0:00'], [65.9, '1:05'], [3723, '1:02:03'], [-4, '0:00']])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
  it.each([[512, '512 B'], [1024, '1 KB'], [13_107_200, '12,5 MB']])('%d bytes are %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

/** The sources that every page loads. */
function sources(): [string, string][] {
  const files = import.meta.glob<string>('../{lib,elements}/*.ts', { query: '?raw', import: 'default', eager: true });
  return Object.entries(files).filter(([name]) => !name.endsWith('.test.ts') && !name.includes('/locale/'));
}
