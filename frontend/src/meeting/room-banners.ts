/** `<eo-room-banners>`: what is wrong now and what still works; and the question before a microphone opens. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-room-banners')
export class RoomBanners extends RoomElement {
  static override topics: readonly Topic[] = ['line', 'peer', 'consent', 'carriesMedia', 'lamp', 'local'];

  override render(): TemplateResult {
    return html`${this.consent()}${this.line()}${this.media()}${this.sharing()}`;
  }

  private consent(): TemplateResult | typeof nothing {
    const { consent } = this.room;
    if (consent.left === undefined) return nothing;
    return html`
      <div class="banner banner-floor" role="alertdialog" aria-label=${t('Quý vị được mời phát biểu')} aria-describedby="consent-text">
        ${icon('mic-fill')}
        <p id="consent-text"><strong>${t('Quý vị được mời phát biểu.')}</strong> <span data-countdown>${t('Micro sẽ mở sau {seconds} giây.', { seconds: consent.left })}</span></p>
        <span class="button-set">
          <button type="button" class="btn btn-primary btn-lg" data-tool="open-now" @click=${() => consent.openNow()}>${t('Mở ngay')}</button>
          <button type="button" class="btn btn-secondary btn-lg" data-tool="not-yet" @click=${() => consent.decline()}>${t('Chưa mở')}</button>
        </span>
      </div>`;
  }

  private line(): TemplateResult | typeof nothing {
    if (this.room.line !== 'lost') return nothing;
    const alive = this.room.connection.receive.alive;
    return html`
      <div class="banner banner-warning" role="status">${icon('cloud-slash')}
        <p><strong>${t('Mất kết nối, đang tự kết nối lại…')}</strong> ${alive ? t('Hình và tiếng vẫn tiếp tục.') : t('Không cần tải lại trang.')}</p>
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.room.connection.signalling.retryNow()}>${t('Kết nối ngay')}</button>
      </div>`;
  }

  private media(): TemplateResult | typeof nothing {
    const { connection, state, line } = this.room;
    if (line !== 'open') return nothing;
    const lost = [connection.receive.state === 'lost', state.carriesMedia && connection.send.state === 'lost'];
    if (!lost.some(Boolean)) return this.weak();
    const words = lost[0] ? t('Mất hình và tiếng, đang tự nối lại.') : t('Hình và tiếng của quý vị chưa gửi đi được, đang tự nối lại.');
    return html`<div class="banner banner-warning" role="status">${icon('wifi-off')}
      <p><strong>${words}</strong> ${t('Vẫn xem tài liệu, trao đổi và xin phát biểu được.')}</p></div>`;
  }

  private weak(): TemplateResult | typeof nothing {
    if (this.room.state.lamp !== 'bad') return nothing;
    return html`<div class="banner banner-warning" role="status">${icon('exclamation-triangle')}
      <p><strong>${t('Mạng rất yếu.')}</strong> ${t('Hình có thể đứng; tài liệu và trao đổi vẫn dùng được. Tắt camera để tiếng rõ hơn.')}</p></div>`;
  }

  private sharing(): TemplateResult | typeof nothing {
    if (!this.room.local.sharing) return nothing;
    return html`<div class="banner banner-info" role="status">${icon('display')}
      <p>${t('Mọi người đang thấy màn hình của quý vị.')}</p>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.toggleShare()}>${t('Dừng trình chiếu')}</button></div>`;
  }
}
