/** `<eo-chat-panel>`: what people write to everybody. */

import { html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { ChatEntry } from '../generated/protocol';
import { formatTime, t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

/** As `meetings.models.ChatMessage.text`. */
const LONGEST = 2000;

@customElement('eo-chat-panel')
export class ChatPanel extends RoomElement {
  static override topics: readonly Topic[] = ['chat', 'line'];

  @state() private sending = false;
  private atEnd = true;

  override render(): TemplateResult {
    const { chat } = this.room.state;
    return html`
      <div class="panel-scroll chat-list" role="log" aria-live="polite" aria-label=${t('Tin nhắn')} tabindex="0" @scroll=${this.scrolled}>
        ${chat.length ? repeat(chat, (entry) => entry.key, (entry) => this.entry(entry))
          : html`<div class="empty">${icon('chat-dots')}<p>${t('Chưa có tin nhắn. Mọi người trong phòng đều đọc được tin gửi ở đây.')}</p></div>`}
      </div>
      <form class="chat-form" @submit=${this.send}>
        <label for="chat-text">${t('Gửi tới mọi người')}</label>
        <textarea id="chat-text" rows="2" maxlength=${LONGEST} @keydown=${this.keyed}></textarea>
        <button type="submit" class="btn btn-primary" ?disabled=${this.sending}>${icon('send')} ${t('Gửi')}</button>
      </form>`;
  }

  protected override updated(): void {
    this.room.chatSeen();
    const list = this.querySelector('.chat-list');
    if (list && this.atEnd) list.scrollTop = list.scrollHeight;
  }

  private entry(entry: ChatEntry): TemplateResult {
    const mine = entry.sender_id === this.room.state.me.person;
    return html`
      <article class="chat-entry ${mine ? 'is-mine' : ''}">
        <p class="chat-meta"><strong>${entry.sender}</strong> <span class="muted">${entry.site}, ${formatTime(new Date(entry.at))}</span></p>
        <p class="chat-text">${entry.text}</p>
      </article>`;
  }

  private scrolled(event: Event): void {
    const list = event.currentTarget as HTMLElement;
    this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void this.send(event);
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const box = this.querySelector('textarea');
    const text = box?.value.trim();
    if (!box || !text || this.sending) return;
    this.sending = true;
    const sent = await this.room.ask({ type: 'chat.send', key: newKey(), text }, { lasting: true });
    this.sending = false;
    if (sent && box.value.trim() === text) box.value = '';
    this.atEnd = true;
    box.focus();
  }
}

/** A random UUID (RFC 9562, version 4); `crypto.randomUUID` is missing on plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
