/** One check in the list: not yet, under way, or what was found and what to do. */

import { html, nothing, type TemplateResult } from 'lit';

import { language, t } from '../lib/i18n';
import { icon } from '../meeting/element';
import { wordsOf, type TestConfig } from './config';
import type { CheckName, Finding, Outcome } from './findings';

const SHAPES: Record<Outcome, string> = { ok: 'check-circle-fill', weak: 'exclamation-triangle', failed: 'x-circle', skipped: 'pause-circle' };

function outcomeWords(outcome: Outcome): string {
  return { ok: t('Đạt'), weak: t('Đạt, cần lưu ý'), failed: t('Lỗi'), skipped: t('Không áp dụng') }[outcome];
}

export function findingRow(config: TestConfig, check: CheckName, found: Finding | undefined, running: boolean): TemplateResult {
  if (!found) {
    return html`<li class="finding ${running ? 'is-running' : 'is-waiting'}" data-check=${check}>
      <span class="finding-mark">${running ? html`<span class="spinner"></span>` : icon('square')}</span>
      <div><p><strong>${config.names[check]}</strong> <span class="muted">${running ? t('đang kiểm tra…') : t('chưa kiểm tra')}</span></p></div></li>`;
  }
  const [sentence, advice] = wordsOf(config, found);
  const value = valueText(check, found.value);
  return html`<li class="finding finding-${found.outcome}" data-check=${check} data-outcome=${found.outcome} data-reason=${found.reason}>
    <span class="finding-mark">${icon(SHAPES[found.outcome])}</span>
    <div><p><strong>${config.names[check]}</strong> <span class="finding-outcome">${outcomeWords(found.outcome)}</span> ${value ? html`<span class="number">${value}</span>` : nothing}</p>
      <p>${sentence} ${found.note ? html`<span class="muted">${found.note}</span>` : nothing}</p>
      ${advice ? html`<p class="finding-advice">${icon('info-circle')} ${advice}</p>` : nothing}</div></li>`;
}

/** As `meetings.readiness_words.value_text`. */
export function valueText(check: CheckName, value: number | null): string {
  if (value === null) return '';
  switch (check) {
    case 'socket': case 'udp': case 'tcp': case 'relay': return t('{value} mili giây', { value: Math.round(value) });
    case 'uplink': case 'downlink': return t('{value} Mbit/giây', { value: decimal(value / 1000) });
    case 'reconnect': return t('{value} giây', { value: decimal(value) });
    default: return '';
  }
}

function decimal(value: number): string {
  const text = value.toFixed(1);
  return language() === 'vi' ? text.replace('.', ',') : text;
}
