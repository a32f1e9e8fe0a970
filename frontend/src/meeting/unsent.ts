/** A message of mine that has not arrived: why, and what will happen by itself. */

import { html, type TemplateResult } from 'lit';

import { formatTime, t } from '../lib/i18n';
import { icon } from './element';
import type { Unsent } from './outbox';
import type { Room } from './room';

export function unsentEntry(room: Room, { message, at, refused }: Unsent): TemplateResult {
  const { outbox } = room.staying;
  const lost = room.line !== 'open';
  const drop = html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => outbox.drop(message.key)}>${icon('x-lg')} ${t('Bỏ tin này')}</button>`;
  return html`
    <article class="chat-entry is-mine is-unsent ${refused ? 'is-refused' : ''}" data-unsent=${message.key}>
      <p class="chat-meta">${formatTime(new Date(at))} ${refused
        ? html`${icon('exclamation-triangle')} <strong>${t('Chưa gửi được.')}</strong> ${refused}`
        : html`${icon('hourglass-split')} <strong>${lost ? t('Sẽ gửi khi có mạng lại') : t('Đang gửi…')}</strong>`}</p>
      <p class="chat-text">${message.text}</p>
      ${refused ? html`<p class="button-set"><button type="button" class="btn btn-primary btn-sm" @click=${() => outbox.retry(message.key)}>${icon('arrow-clockwise')} ${t('Gửi lại')}</button>${drop}</p>` : lost ? drop : ''}
    </article>`;
}
