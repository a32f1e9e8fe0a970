/** `<eo-room-banners>`: what needs to be known or done now; `<eo-staying>` in it says how the line is. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { recordingDetail, recordingHeading } from './recording-words';
import type { Topic } from './room';
import { currentItem } from './store';
import './staying-banners';

@customElement('eo-room-banners')
export class RoomBanners extends RoomElement {
  static override topics: readonly Topic[] = ['floor', 'rights', 'carriesMedia', 'local', 'recording', 'recordingNoted', 'withdrawn', 'item', 'items'];

  private readonly noted = new Set<number>();

  override render(): TemplateResult {
    return html`${this.closed()}${this.silent()}${this.recording()}<eo-staying .room=${this.room}></eo-staying>${this.sharing()}${this.withdrawn()}`;
  }

  /** We have the floor and nobody hears us: a reload, a refused microphone, or the main site, which is not asked. */
  private silent(): TemplateResult | typeof nothing {
    const { holding, local, state } = this.room;
    if (!holding || local.microphoneOn || !state.carriesMedia || !state.rights.speak) return nothing;
    return html`
      <div class="banner banner-floor" role="status">${icon('mic-mute-fill')}
        <p><strong>${t('Quý vị đang được phát biểu nhưng micro đang tắt.')}</strong></p>
        <button type="button" class="btn btn-primary btn-lg" data-tool="open-microphone" @click=${() => void this.room.setMicrophone(true)}>${icon('mic-fill')} ${t('Mở micro')}</button>
      </div>`;
  }

  /** Whoever was not chosen waits at the door. */
  private closed(): TemplateResult | typeof nothing {
    if (!currentItem(this.room.state)?.item.confidential) return nothing;
    return html`<div class="banner banner-warning" role="status" data-banner="confidential">${icon('lock')}
      <p><strong>${t('Đang bàn mục kín.')}</strong> ${t('Chỉ người được chọn ở trong phòng; không ghi hình. Tin nhắn và phụ đề của mục này không hiện lại cho người khác.')}</p></div>`;
  }

  private recording(): TemplateResult | typeof nothing {
    const { recording } = this.room.state;
    if (!recording || !this.room.recordingNotice.isDue) return nothing;
    return html`
      <div class="banner banner-recording" role="alertdialog" aria-label=${recordingHeading()} aria-describedby="recording-text">
        ${icon('record-circle')}
        <p id="recording-text"><strong>${recordingHeading()}</strong> ${recordingDetail(recording)} ${t('Ai không đồng ý thì rời phòng.')}</p>
        <button type="button" class="btn btn-primary" data-tool="recording-noted" @click=${() => this.room.recordingNotice.note(recording.id)}>${t('Tôi đã rõ')}</button>
      </div>`;
  }

  /** A paper that somebody may have before them is not to be used any more. */
  private withdrawn(): TemplateResult[] {
    return this.room.state.withdrawn.filter(({ seq }) => !this.noted.has(seq)).map(({ seq, title }) => html`
      <div class="banner banner-warning" role="alert" data-banner="withdrawn">${icon('exclamation-triangle')}
        <p><strong>${t('Tài liệu “{title}” đã bị thu hồi.', { title })}</strong> ${t('Không dùng các bản đã mở hoặc đã tải về.')}</p>
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => { this.noted.add(seq); this.requestUpdate(); }}>${t('Tôi đã rõ')}</button></div>`);
  }

  private sharing(): TemplateResult | typeof nothing {
    if (!this.room.local.sharing) return nothing;
    return html`<div class="banner banner-info" role="status">${icon('display')}
      <p>${t('Mọi người đang thấy màn hình của quý vị.')}</p>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.toggleShare()}>${t('Dừng trình chiếu')}</button></div>`;
  }
}
