/** `<eo-direction-panel>`: the director's desk. What is on air, what may go on air next, and how everybody's screen is arranged. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { fold } from './fold';
import './layout-desk';
import './picture';
import type { Topic } from './room';

/** Names that are listed at once; more are found by typing. */
const LISTED = 30;

@customElement('eo-direction-panel')
export class DirectionPanel extends RoomElement {
  static override topics: readonly Topic[] = ['direction', 'programme', 'presence', 'screen', 'streams', 'floor', 'rights', 'wall'];

  @state() private query = '';
  @state() private busy = false;

  override render(): TemplateResult {
    return html`<div class="panel-scroll direction">
      ${this.onAir()}${this.preview()}${this.sites()}
      <eo-layout-desk .room=${this.room}></eo-layout-desk>
      <p><a class="btn btn-secondary" href=${this.room.config.urls.display} target="_blank" rel="noopener">${icon('tv')} ${t('Mở màn hình hội trường')}</a></p>
    </div>`;
  }

  private onAir(): TemplateResult {
    const { programme, roster } = this.room.state;
    return html`<section class="direction-air ${programme === null ? '' : 'is-on'}" aria-labelledby="air-title">
      <h3 id="air-title">${icon('broadcast')} ${t('Đang lên hình cho mọi người')}</h3>
      ${programme === null ? html`<p>${t('Người đang phát biểu (tự động).')}</p>` : html`
        <p><strong>${roster.name(programme)}</strong>${roster.get(programme)?.connected ? nothing : html` – ${t('đã rời phòng, tạm hiện người phát biểu')}`}</p>
        <button type="button" class="btn btn-secondary" data-tool="off-air" ?disabled=${this.busy} @click=${() => void this.put(null)}>
          ${icon('x-circle')} ${t('Thôi lên hình')}</button>`}
    </section>`;
  }

  private preview(): TemplateResult {
    const { screen, state: room } = this.room;
    const site = screen.preview;
    if (site === undefined || !room.roster.get(site)) return html`<h3>${t('Xem trước')}</h3><p class="muted">${t('Chọn một điểm cầu bên dưới để xem hình lớn. Chỉ quý vị thấy.')}</p>`;
    const slot = this.room.ownPicture(site) ? undefined : screen.previewSlot;
    return html`<section aria-label=${t('Xem trước')}>
      <h3>${t('Xem trước – chỉ quý vị thấy')}</h3>
      <eo-picture class="direction-preview" .room=${this.room} .site=${site} .slotName=${slot} caption=${t('Xem trước:')}></eo-picture>
      <div class="button-set">
        <button type="button" class="btn btn-primary" data-tool="on-air" ?disabled=${this.busy || room.programme === site || !room.roster.get(site)?.connected} @click=${() => void this.put(site)}>
          ${icon('broadcast')} ${room.programme === site ? t('Đang lên hình') : t('Lên hình')}</button>
        <button type="button" class="btn btn-secondary" @click=${() => this.step(-1)}>${icon('chevron-left')} ${t('Trước')}</button>
        <button type="button" class="btn btn-secondary" data-tool="preview-next" @click=${() => this.step(1)}>${t('Sau')} ${icon('chevron-right')}</button>
        <button type="button" class="btn btn-secondary" @click=${() => screen.look(undefined)}>${t('Đóng')}</button>
      </div>
      <p class="muted">${t('Lên hình chỉ đổi hình lớn. Quyền phát biểu và micro không thay đổi.')}</p></section>`;
  }

  private sites(): TemplateResult {
    const { room } = this;
    const words = fold(this.query);
    const found = room.state.roster.present.filter((site) => room.state.roster.matches(site, words));
    return html`
      <div class="input-icon">${icon('search')}<input type="search" aria-label=${t('Tìm điểm cầu để xem trước')} placeholder=${t('Tìm điểm cầu để xem trước')}
        .value=${this.query} @input=${(event: Event) => { this.query = (event.target as HTMLInputElement).value; }}></div>
      <ul class="direction-sites">${found.slice(0, LISTED).map((site) => html`
        <li><button type="button" class="btn btn-sm ${room.screen.preview === site ? 'btn-primary' : 'btn-secondary'}" data-preview=${site}
          aria-pressed=${room.screen.preview === site} @click=${() => room.screen.look(site)}>${room.state.roster.get(site)?.camera ? icon('camera-video') : icon('camera-video-off')}
          <span class="clip">${room.state.roster.name(site)}</span></button></li>`)}</ul>
      ${found.length > LISTED ? html`<p class="muted">${t('Còn {count} điểm cầu nữa: gõ tên để tìm.', { count: found.length - LISTED })}</p>` : nothing}
      ${found.length ? nothing : html`<p class="muted">${t('Không có điểm cầu nào trong phòng khớp với tên này.')}</p>`}`;
  }

  private step(by: number): void {
    const { present } = this.room.state.roster;
    const place = present.indexOf(this.room.screen.preview ?? -1);
    this.room.screen.look(present[(place + by + present.length) % present.length]);
  }

  private async put(site: number | null): Promise<void> {
    this.busy = true;
    await this.room.ask({ type: 'programme.set', site });
    this.busy = false;
  }
}
