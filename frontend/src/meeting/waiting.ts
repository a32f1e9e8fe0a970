/** `<eo-waiting>`: at the door of the room. Says what for, until when, and that nothing needs to be done. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { formatDate, formatTime, t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

const TICK_MS = 1_000;
const MINUTE_S = 60;

@customElement('eo-waiting')
export class WaitingAtTheDoor extends RoomElement {
  static override topics: readonly Topic[] = ['waiting', 'line'];

  private ticking: ReturnType<typeof setInterval> | undefined;
  /** This machine's clock may be wrong: how far it is before the server's. */
  private ahead = 0;
  private heard: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticking = setInterval(() => this.requestUpdate(), TICK_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticking);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { waiting } = this.room.state;
    if (waiting && waiting.server_time !== this.heard) {
      this.heard = waiting.server_time;
      this.ahead = Date.now() - Date.parse(waiting.server_time);
    }
    const { heading, detail } = this.words();
    return html`
      <div class="card room-door" role="status">
        <p class="muted">${this.room.config.title}</p>
        <h1 tabindex="-1">${icon('hourglass-split')} ${heading}</h1>
        <p class="lead">${detail}</p>
        <p>${t('Quý vị sẽ vào phòng họp tự động, không cần bấm gì.')}</p>
        <div class="button-set"><a class="btn btn-secondary" href=${this.room.config.urls.meeting} @click=${() => this.room.leave()}>${icon('arrow-left')} ${t('Thôi chờ, về trang cuộc họp')}</a></div>
      </div>`;
  }

  private words(): { heading: string; detail: string } {
    const { waiting } = this.room.state;
    switch (waiting?.reason) {
      case 'not-open': return { heading: t('Phòng họp chưa mở'), detail: this.opening(waiting.opens_at) };
      case 'confidential': return { heading: t('Đang bàn mục kín'), detail: t('Quý vị sẽ được mời trở lại khi xong.') };
      case 'late': return { heading: t('Cuộc họp đã bắt đầu'), detail: t('Thư ký đã được báo. Chờ chủ trì hoặc thư ký cho vào.') };
      default: return { heading: t('Phòng họp đang khóa'), detail: t('Thư ký đã được báo. Chờ chủ trì hoặc thư ký cho vào.') };
    }
  }

  private opening(at: string | null): string {
    const opens = new Date(at ?? this.room.config.starts_at);
    const left = Math.max(0, Math.ceil((opens.getTime() - (Date.now() - this.ahead)) / TICK_MS));
    const when = t('Phòng mở lúc {time}, ngày {date}.', { time: formatTime(opens), date: formatDate(opens) });
    if (left > MINUTE_S) return `${when} ${t('Còn {minutes} phút.', { minutes: Math.ceil(left / MINUTE_S) })}`;
    return `${when} ${t('Còn {seconds} giây.', { seconds: left })}`;
  }
}
