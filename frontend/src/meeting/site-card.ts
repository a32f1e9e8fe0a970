/** `<eo-site-card>`: one site of the board: who is there, whom to call, and what may be done with it. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { telUrl, testedWords, type Contact } from './contacts';
import { RoomElement, icon, lamp } from './element';
import { lookFirst } from './picture-tools';
import type { Room, Topic } from './room';
import type { Site } from './roster';

@customElement('eo-site-card')
export class SiteCard extends RoomElement {
  static override topics: readonly Topic[] = ['rosterVersion', 'floor', 'call', 'rights', 'meetingState', 'contacts', 'layout'];

  @property({ attribute: false }) declare room: Room;
  @property({ attribute: false }) siteId = 0;

  override render(): TemplateResult {
    const site = this.room.state.roster.get(this.siteId);
    if (!site) return html``;
    return html`
      <section class="site-card" aria-label=${t('Điểm cầu {site}', { site: site.name })}>
        <header><h3>${site.name}</h3>
          <button type="button" class="icon-button" aria-label=${t('Đóng')} @click=${() => this.dispatchEvent(new CustomEvent('close'))}>${icon('x-lg')}</button></header>
        <p class="site-card-facts">${site.connected ? this.present(site) : lamp('away')}</p>
        ${site.people.length ? html`<p>${icon('people')} ${t('Đang kết nối: {people}', { people: site.people.join(', ') })}</p>` : nothing}
        ${site.named ? html`<p>${icon('person-check')} ${t('Đã điểm danh {seated}/{named} người', { seated: site.seated, named: site.named })}</p>` : nothing}
        ${this.tested()}
        ${this.contacts()}
        <div class="button-set">${this.invite(site)}${this.direct(site)}${this.toWall(site)}${this.people(site)}</div>
      </section>`;
  }

  private present(site: Site): TemplateResult {
    return html`
      ${this.room.board.seesLines ? lamp(site.lamp) : html`<span>${t('Đã vào')}</span>`}
      <span>${site.camera ? t('Camera bật') : t('Camera tắt')}</span> <span>${site.microphone ? t('Micro mở') : t('Micro tắt')}</span>`;
  }

  /** What the line test found, for who may see whom to call. */
  private tested(): TemplateResult | typeof nothing {
    const tested = this.room.board.contacts.of(this.siteId)?.tested;
    if (!tested) return nothing;
    return html`<p data-tested=${tested.state}>${icon('ui-checks')} ${testedWords(tested)}</p>`;
  }

  private contacts(): TemplateResult | typeof nothing {
    const found = this.room.board.contacts.of(this.siteId);
    if (!found) return nothing;
    const lines: Contact[] = [...(found.phone ? [{ name: t('Điểm cầu'), title: found.room, phone: found.phone }] : []), ...found.people];
    if (!lines.length) return html`<p class="muted">${t('Chưa có người liên hệ và số điện thoại.')}</p>`;
    return html`<ul class="site-contacts">${lines.map(({ name, title, phone }) => html`
      <li><span><strong>${name}</strong>${title ? html` <span class="muted">${title}</span>` : nothing}</span>
        ${phone ? html`<a href=${telUrl(phone)}>${icon('telephone')} ${phone}</a>
          <button type="button" class="icon-button" aria-label=${t('Chép số {phone}', { phone })} @click=${() => void this.room.board.copy(phone)}>${icon('clipboard')}</button>` : nothing}</li>`)}</ul>`;
  }

  private invite(site: Site): TemplateResult | typeof nothing {
    const { rights, floor, call, meetingState } = this.room.state;
    if (!rights.chair || !site.connected || meetingState !== 'in_session' || floor?.site === site.id) return nothing;
    return html`<button type="button" class="btn btn-primary btn-sm" ?disabled=${call !== null} aria-label=${t('Mời {site} phát biểu', { site: site.name })}
      @click=${() => void this.room.ask({ type: 'floor.grant', site: site.id })}>${icon('megaphone')} ${t('Mời phát biểu')}</button>`;
  }

  /** Roles and people: a dialog of the room's own window. */
  private people(site: Site): TemplateResult | typeof nothing {
    if (!this.room.state.rights.admit || window.opener) return nothing;
    return html`<button type="button" class="btn btn-secondary btn-sm" data-tool="people" aria-label=${t('Vai trò và người dự tại {site}', { site: site.name })}
      @click=${() => this.dispatchEvent(new CustomEvent('people', { detail: site.id, bubbles: true }))}>${icon('person-gear')} ${t('Vai trò')}</button>`;
  }

  /** Who directs the pictures looks at it first. */
  private direct(site: Site): TemplateResult | typeof nothing {
    const { rights } = this.room.state;
    if (!rights.direct || !site.connected || window.opener) return nothing;
    return html`<button type="button" class="btn btn-secondary btn-sm" data-tool="preview-site" @click=${() => lookFirst(this.room, site.id)}>${icon('eye')} ${t('Xem trước hình')}</button>`;
  }

  /** Its picture comes first on my own wall. */
  private toWall(site: Site): TemplateResult | typeof nothing {
    const { layout, mine, state } = this.room;
    if (!site.connected || (site.id === mine && state.carriesMedia)) return nothing;
    const first = layout.wallFirst === site.id;
    return html`<button type="button" class="btn btn-secondary btn-sm" aria-pressed=${first} @click=${() => layout.set({ wallFirst: first ? undefined : site.id })}>
      ${icon('grid')} ${first ? t('Thôi xem trên tường hình') : t('Xem trên tường hình')}</button>`;
  }
}
