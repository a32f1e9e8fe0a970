/** `<eo-staying>`: the line or the machine is weak: how far pictures have given way, what still works, what to do. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { telUrl } from './contacts';
import { RoomElement, icon } from './element';
import { offlineWords, slowWords, stepWords } from './ladder-words';
import type { Topic } from './room';

@customElement('eo-staying')
export class StayingBanners extends RoomElement {
  static override topics: readonly Topic[] = ['line', 'peer', 'carriesMedia', 'lamp', 'reduced', 'off', 'pictures', 'ladder', 'guard', 'outbox', 'local', 'layout'];

  private readonly network = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('online', this.network);
    window.addEventListener('offline', this.network);
  }

  override disconnectedCallback(): void {
    window.removeEventListener('online', this.network);
    window.removeEventListener('offline', this.network);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { line } = this.room;
    return html`${line === 'lost' ? this.away() : this.media()}${this.soundOnly()}${line === 'lost' ? nothing : this.slow()}`;
  }

  /** No line to the server. */
  private away(): TemplateResult {
    const { room } = this;
    const { heading, detail, will } = offlineWords({ online: navigator.onLine, media: room.connection.receive.alive, unsent: room.staying.outbox.entries.length });
    return html`
      <div class="banner banner-warning" data-step="away" role="status">${icon('cloud-slash')}
        <p><strong>${heading}</strong> ${detail}<br>${will} ${room.staying.step === 'phone' ? this.phone() : nothing}</p>
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => room.connection.signalling.retryNow()}>${icon('arrow-clockwise')} ${t('Kết nối ngay')}</button>
      </div>`;
  }

  /** Whom to call when nothing else helps. */
  private phone(): TemplateResult | typeof nothing {
    const { help_phone: phone } = this.room.config;
    return phone ? html`<a class="banner-phone" href=${telUrl(phone)}>${icon('telephone')} ${t('Cần gấp: gọi {phone}', { phone: unbroken(phone) })}</a>` : nothing;
  }

  private media(): TemplateResult | typeof nothing {
    const { connection, state, staying } = this.room;
    const received = connection.receive.state !== 'lost';
    if (received && !(state.carriesMedia && connection.send.state === 'lost')) return this.step();
    const words = received ? t('Hình và tiếng của quý vị chưa gửi đi được, đang tự nối lại.') : t('Mất hình và tiếng, đang tự nối lại.');
    return html`<div class="banner banner-warning" data-step="media" role="status">${icon('wifi-off')}
      <p><strong>${words}</strong> ${t('Vẫn xem tài liệu, trao đổi, biểu quyết và xin phát biểu được.')} ${staying.step === 'phone' ? this.phone() : nothing}</p></div>`;
  }

  private step(): TemplateResult | typeof nothing {
    const { room } = this;
    const { staying, state } = room;
    const own = room.pictures !== 'all' && !staying.givenUp;
    if (own && staying.step !== 'phone') return nothing; // the line under it says so, too
    const words = stepWords({
      step: staying.step, phone: unbroken(room.config.help_phone), bad: state.lamp === 'bad',
      blurred: state.reduced.some((slot) => !slot.startsWith('wall') && !state.off.includes(slot)),
      tilesOff: state.off.filter((slot) => slot.startsWith('wall')).length,
    });
    if (!words) return nothing;
    return html`
      <div class="banner banner-warning" data-step=${staying.step} role="status">${icon(staying.step === 'phone' ? 'telephone' : 'exclamation-triangle')}
        <p><strong>${words.heading}</strong> ${words.detail} ${room.local.cameraOn && staying.step !== 'sd' ? t('Tắt camera để tiếng rõ hơn.') : ''}</p>
        <span class="button-set">${this.remedies()}</span>
      </div>`;
  }

  /** What helps on a weak line, and where to look. */
  private remedies(): (TemplateResult | typeof nothing)[] {
    const { room } = this;
    const { step, givenUp } = room.staying;
    const line = room.layout.tab === 'line' ? nothing : html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => room.layout.open('line')}>${icon('wifi')} ${t('Xem đường truyền')}</button>`;
    const { help_phone: phone } = room.config;
    if (step === 'phone') return [phone ? html`<a class="btn btn-primary" href=${telUrl(phone)}>${icon('telephone')} ${t('Gọi {phone}', { phone: unbroken(phone) })}</a>` : nothing, line];
    return [
      givenUp ? html`<button type="button" class="btn btn-secondary btn-sm" data-tool="pictures-back" @click=${() => room.setPictures('all')}>${icon('camera-video')} ${t('Thử xem hình ngay')}</button>` : nothing,
      html`<button type="button" class="btn btn-secondary btn-sm" data-tool="sound-stays" @click=${() => room.setPictures('none')}>${icon('headphones')} ${givenUp ? t('Giữ chỉ nghe tiếng') : t('Chỉ nghe tiếng')}</button>`,
      line,
    ];
  }

  /** Says what sound only does, and undoes it. */
  private soundOnly(): TemplateResult | typeof nothing {
    const { room } = this;
    if (room.pictures === 'all' || room.staying.givenUp) return nothing;
    const screen = room.pictures === 'content';
    const weak = room.line === 'open' && room.state.lamp === 'bad' && room.staying.step !== 'phone';
    const camera = weak ? t('Tắt camera để tiếng rõ hơn.') : t('Mọi người vẫn thấy hình của quý vị.');
    return html`<div class="banner banner-info" data-banner="sound-only">${icon('headphones')}
      <p><strong>${weak ? html`${t('Mạng rất yếu.')} ` : nothing}${screen ? t('Chỉ nhận tiếng và màn hình trình chiếu.') : t('Quý vị đang chỉ nghe tiếng.')}</strong>
        ${t('Máy này không nhận hình các điểm cầu; các việc khác vẫn dùng được.')}
        ${room.local.cameraOn ? camera : nothing}</p>
      <span class="button-set">
        ${room.local.cameraOn ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void room.setCamera(false)}>${icon('camera-video-off')} ${t('Tắt camera của tôi')}</button>` : nothing}
        ${screen ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => room.setPictures('none')}>${icon('display')} ${t('Tắt màn hình trình chiếu')}</button>` : nothing}
        <button type="button" class="btn btn-secondary btn-sm" data-tool="pictures-back" @click=${() => room.setPictures('all')}>${icon('camera-video')} ${t('Xem hình trở lại')}</button>
      </span></div>`;
  }

  /** The machine is slow: fewer tiles, and why. */
  private slow(): TemplateResult | typeof nothing {
    const { guard, step } = this.room.staying;
    if (guard.limit === undefined || this.room.pictures !== 'all' || step !== 'hd') return nothing;
    const { heading, detail } = slowWords(guard.limit);
    return html`<div class="banner banner-info" data-banner="slow" role="status">${icon('pc-display')}<p><strong>${heading}</strong> ${detail}</p></div>`;
  }
}

/** A number in one piece. */
function unbroken(phone: string): string { return phone.replaceAll(' ', '\u00a0'); }
