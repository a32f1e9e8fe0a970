/** `<eo-chat-panel>`: what people write to each other: everybody, an agency, the desks of chair, secretary and technicians. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';

import type { ChatEntry } from '../generated/protocol';
import { confirmed } from '../lib/confirm';
import { formatTime, t } from '../lib/i18n';
import {
  askerOf, channelName, channelOf, channels, entriesOf, isDesk, threadsAt, unreadIn, withLinks, type Channel, type Conversation, type Desk, type Thread,
} from './chat-channels';
import { RoomElement, icon } from './element';
import { reasonFor } from './reason';
import { unsentEntry } from './unsent';
import type { Topic } from './room';

/** As `meetings.models.ChatMessage.text`. */
const LONGEST = 2000;

@customElement('eo-chat-panel')
export class ChatPanel extends RoomElement {
  static override topics: readonly Topic[] = ['chat', 'chatClosed', 'consulting', 'chatting', 'rights', 'line', 'outbox'];

  private atEnd = true;
  private shown: Conversation = '';

  override render(): TemplateResult {
    const { open } = this.room.chatting;
    const channel = channelOf(open);
    const deskOnly = this.sitsAt(channel) && askerOf(open) === null;
    return html`
      ${this.channels(channel)}
      ${deskOnly ? this.threads(channel as Desk) : html`${this.head(channel)}${this.messages(open)}${this.foot(channel)}`}`;
  }

  protected override updated(): void {
    const { chatting } = this.room;
    if (this.shown !== chatting.open) this.atEnd = true;
    this.shown = chatting.open;
    const list = this.querySelector('.chat-list');
    if (!list || !this.atEnd) return;
    list.scrollTop = list.scrollHeight;
    chatting.seen();
  }

  // --- which conversation --------------------------------------------------------------------------

  private sitsAt(channel: Channel): boolean {
    return isDesk(channel) && this.room.state.rights.desks.includes(channel);
  }

  private channels(open: Channel): TemplateResult {
    const counts = this.room.chatting.unread();
    return html`
      <div class="chat-channels" role="group" aria-label=${t('Gửi cho ai')}>${channels(this.room.state.consulting !== null).map((channel) => {
        const count = unreadIn(channel, counts);
        return html`
          <button type="button" class="chat-channel" data-channel=${channel} aria-pressed=${channel === open} @click=${() => this.room.chatting.show(channel)}>
            ${channelName(channel)}${count ? html` <span class="chat-unread"><span class="number">${count}</span><span class="visually-hidden"> ${t('tin chưa đọc')}</span></span>` : nothing}
          </button>`;
      })}</div>`;
  }

  private threads(desk: Desk): TemplateResult {
    const threads = threadsAt(desk, this.room.state.chat);
    const counts = this.room.chatting.unread();
    return html`
      <div class="panel-scroll" tabindex="0" role="region" aria-label=${channelName(desk)}>
        ${threads.length ? html`<ul class="rows">${threads.map((thread) => this.thread(thread, counts.get(thread.conversation) ?? 0))}</ul>`
          : html`<div class="empty">${icon('chat-dots')}<p>${t('Chưa có ai nhắn cho {desk}. Quý vị trực bàn này: tin gửi đến sẽ hiện ở đây.', { desk: channelName(desk).toLowerCase() })}</p></div>`}
      </div>`;
  }

  private thread({ conversation, name, site, last }: Thread, count: number): TemplateResult {
    return html`
      <li><button type="button" class="chat-thread" data-thread=${conversation} @click=${() => this.room.chatting.show(conversation)}>
        <span class="chat-thread-who"><strong>${name}</strong>${site ? html` <span class="muted">${site}</span>` : nothing}</span>
        ${count ? html`<span class="chat-unread"><span class="number">${count}</span><span class="visually-hidden"> ${t('tin chưa đọc')}</span></span>` : nothing}
        <span class="chat-thread-last muted">${formatTime(new Date(last.at))} · ${removal(last) || last.text}</span>
      </button></li>`;
  }

  /** Who reads this; for a desk, the way back to its list. */
  private head(channel: Channel): TemplateResult {
    const asker = askerOf(this.room.chatting.open);
    const { rights, chatClosed } = this.room.state;
    if (asker !== null) {
      const thread = threadsAt(channel as Desk, this.room.state.chat).find((one) => one.asker === asker);
      return html`<div class="chat-head">
        <button type="button" class="btn btn-secondary btn-sm" data-tool="desk-list" @click=${() => this.room.chatting.show(channel)}>${icon('arrow-left')} ${channelName(channel)}</button>
        <p>${t('Với {name}. Chỉ người này và bàn của quý vị đọc được.', { name: thread?.name ?? '' })}</p></div>`;
    }
    return html`<div class="chat-head"><p>${readers(channel)} <span class="muted">${keptWords(this.room.config.chat_days)}</span></p>
      ${channel === 'room' && rights.admit ? html`
        <button type="button" class="btn btn-secondary btn-sm" data-tool="close-chat" @click=${() => void this.room.ask({ type: 'chat.close', closed: !chatClosed })}
          title=${chatClosed ? t('Mở lại trao đổi chung') : t('Đóng trao đổi chung')}>${icon(chatClosed ? 'unlock' : 'lock-fill')} ${chatClosed ? t('Mở lại') : t('Khóa trao đổi')}</button>` : nothing}</div>`;
  }

  // --- what was written ----------------------------------------------------------------------------

  private messages(open: Conversation): TemplateResult {
    const { chat, rights } = this.room.state;
    const entries = entriesOf(chat, open, rights.desks);
    const unsent = this.room.staying.outbox.entries.filter(({ message }) => (message.channel ?? 'room') === channelOf(open) && (message.asker ?? null) === askerOf(open));
    return html`
      <div class="panel-scroll chat-list" role="log" aria-live="polite" aria-label=${t('Tin nhắn')} tabindex="0" @scroll=${this.scrolled}>
        ${entries.length || unsent.length ? repeat(entries, (entry) => entry.id, (entry) => this.entry(entry))
          : html`<div class="empty">${icon('chat-dots')}<p>${t('Chưa có tin nhắn.')}</p></div>`}
        ${unsent.length ? html`<div class="chat-unsent">${repeat(unsent, ({ message }) => message.key, (entry) => unsentEntry(this.room, entry))}</div>` : nothing}
      </div>`;
  }

  private entry(entry: ChatEntry): TemplateResult {
    const mine = entry.sender_id === this.room.state.me.person;
    const gone = removal(entry);
    return html`
      <article class="chat-entry ${mine ? 'is-mine' : ''} ${gone ? 'is-removed' : ''}" data-message=${entry.id}>
        <p class="chat-meta"><strong>${entry.sender}</strong> <span class="muted">${entry.site}, ${formatTime(new Date(entry.at))}</span></p>
        ${gone ? html`<p class="chat-gone">${gone}</p>` : html`<p class="chat-text">${withLinks(entry.text).map((piece) =>
          typeof piece === 'string' ? piece : html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.href}</a>`)}</p>${this.removing(entry, mine)}`}
      </article>`;
  }

  private removing(entry: ChatEntry, mine: boolean): TemplateResult | typeof nothing {
    if (!mine && !this.room.state.rights.admit) return nothing;
    const words = mine ? t('Thu hồi') : t('Gỡ tin');
    const label = mine ? t('Thu hồi tin này') : t('Gỡ tin của {name}', { name: entry.sender });
    return html`<button type="button" class="chat-remove" data-tool="remove-message" aria-label=${label} @click=${() => void this.takeOut(entry, mine)}>${words}</button>`;
  }

  private async takeOut(entry: ChatEntry, mine: boolean): Promise<void> {
    if (mine) {
      const yes = await confirmed({ question: t('Thu hồi tin này?'), detail: t('Nội dung bị xóa; mọi người vẫn thấy là đã có một tin được thu hồi.'), action: t('Thu hồi') });
      if (yes) await this.room.ask({ type: 'chat.remove', message: entry.id });
      return;
    }
    const reason = await reasonFor({
      question: t('Gỡ tin của {name}?', { name: entry.sender }),
      detail: t('Nội dung bị xóa; mọi người vẫn thấy là đã có một tin bị gỡ. Lý do được ghi vào nhật ký cuộc họp.'),
      action: t('Gỡ tin'), required: false,
    });
    if (reason !== undefined) await this.room.ask({ type: 'chat.remove', message: entry.id, reason });
  }

  private scrolled(event: Event): void {
    const list = event.currentTarget as HTMLElement;
    this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    if (this.atEnd) this.room.chatting.seen();
  }

  // --- writing -------------------------------------------------------------------------------------

  private foot(channel: Channel): TemplateResult {
    const { rights, chatClosed } = this.room.state;
    if (!rights.chat) return html`<div class="chat-form"><p class="muted">${t('Vai trò của quý vị chỉ đọc, không gửi tin.')}</p></div>`;
    if (channel === 'room' && chatClosed && !rights.admit) {
      return html`<div class="chat-form"><p>${icon('lock-fill')} ${t('Trao đổi chung đang đóng. Quý vị vẫn nhắn được cho các bàn và cơ quan mình.')}</p></div>`;
    }
    return html`
      <form class="chat-form" @submit=${this.send}>
        <label for="chat-text">${this.recipient(channel)}</label>
        <textarea id="chat-text" rows="2" maxlength=${LONGEST} .value=${live(this.room.chatting.draft())} @input=${this.typed} @keydown=${this.keyed}></textarea>
        <button type="submit" class="btn btn-primary">${icon('send')} ${t('Gửi')}</button>
      </form>`;
  }

  private recipient(channel: Channel): string {
    if (askerOf(this.room.chatting.open) !== null) return t('Trả lời riêng');
    return channel === 'room' ? t('Gửi tới mọi người') : t('Gửi tới {whom}', { whom: channelName(channel).toLowerCase() });
  }

  private typed(event: Event): void {
    this.room.chatting.keepDraft((event.currentTarget as HTMLTextAreaElement).value);
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send(event);
  }

  /** Into the queue, where it is seen until it is sent: at once, or when the line is back. */
  private send(event: Event): void {
    event.preventDefault();
    const { chatting } = this.room;
    const conversation = chatting.open;
    const text = chatting.draft(conversation).trim();
    if (!text) return;
    this.room.staying.outbox.write({ text, channel: channelOf(conversation), asker: askerOf(conversation) });
    chatting.keepDraft('', conversation);
    this.atEnd = true;
    this.requestUpdate();
    this.querySelector('textarea')?.focus();
  }
}

function readers(channel: Channel): string {
  switch (channel) {
    case 'room': return t('Mọi người trong phòng đều đọc được.');
    case 'consultation': return t('Chỉ người trong phòng hội ý này đọc được.');
    case 'agency': return t('Chỉ người cùng cơ quan với quý vị đọc được.');
    default: return t('Chỉ {desk} và quý vị đọc được.', { desk: channelName(channel).toLowerCase() });
  }
}

function removal(entry: ChatEntry): string {
  if (!entry.removed_by) return '';
  return entry.removed_by === entry.sender ? t('Tin đã được người gửi thu hồi.') : t('Tin đã bị {name} gỡ.', { name: entry.removed_by });
}

function keptWords(days: number): string {
  return days ? t('Tin nhắn được lưu {days} ngày rồi tự xóa.', { days }) : t('Tin nhắn tự xóa khi cuộc họp kết thúc.');
}
