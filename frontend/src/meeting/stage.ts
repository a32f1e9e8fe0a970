/** `<eo-stage>`: the speaker large, the shared screen or paper beside, the chair inset. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { whyWords, type Shown } from './arrangement';
import { contentSiteOf } from './attachment';
import { RoomElement, icon } from './element';
import './paper-view';
import './picture';
import type { Topic } from './room';

@customElement('eo-stage')
export class Stage extends RoomElement {
  static override topics: readonly Topic[] = [
    'floor', 'mainSite', 'contentSite', 'document', 'documentBarred', 'carriesMedia', 'slots', 'streams', 'layout', 'desk', 'local', 'me', 'roster', 'pictures', 'screen', 'direction', 'programme', 'presence', 'attachments',
  ];

  override disconnectedCallback(): void {
    for (const slot of ['floor', 'chair', 'content'] as const) this.room.viewing.setVisible(slot, false);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { layout } = this.room;
    const { kind, large, inset } = this.room.screen.arrangement;
    const shown = kind === 'floor' || kind === 'floor_chair' ? undefined : this.shown();
    const floorLarge = layout.floorLarge || !shown;
    return html`
      <section class="stage ${shown ? 'has-content' : ''} ${floorLarge ? 'floor-large' : ''}" aria-label=${t('Màn hình chính')}>
        <div class="stage-floor">${this.picture(large, 'picture-large')}${this.pin(large)}</div>
        ${shown ? html`<div class="stage-content">${shown}</div>` : nothing}
        ${inset ? html`<div class="stage-chair">${this.picture(inset, '')}</div>` : nothing}
        ${shown ? html`
          <button type="button" class="btn btn-secondary btn-sm stage-swap" @click=${() => layout.set({ floorLarge: !layout.floorLarge })}>
            ${icon('columns-gap')} ${floorLarge ? t('Phóng to nội dung') : t('Phóng to người phát biểu')}</button>` : nothing}
      </section>`;
  }

  protected override updated(): void {
    const { screen, viewing } = this.room;
    const { kind, large, inset } = screen.arrangement;
    const seen = [large, ...(inset ? [inset] : [])].map(({ slot }) => slot);
    viewing.setVisible('floor', seen.includes('floor'));
    viewing.setVisible('chair', seen.includes('chair'));
    viewing.setVisible('content', this.contentFromOthers() && kind !== 'floor' && kind !== 'floor_chair');
  }

  private picture(shown: Shown, classes: string): TemplateResult {
    const { room } = this;
    const slot = shown.slot === 'pin' ? room.screen.pinSlot : shown.slot;
    return html`<eo-picture class=${classes} .room=${room} .site=${shown.site} .slotName=${room.ownPicture(shown.site) ? undefined : slot}
      caption=${whyWords(shown.why)}></eo-picture>`;
  }

  private pin({ why }: Shown): TemplateResult | typeof nothing {
    if (why !== 'pinned') return nothing;
    return html`<button type="button" class="btn btn-secondary btn-sm stage-unpin" data-tool="unpin" @click=${() => this.room.screen.pin(undefined)}>
      ${icon('pin-angle')} ${t('Bỏ ghim')}</button>`;
  }

  private ownSite(site: number): boolean { return this.room.ownPicture(site); }

  private contentFromOthers(): boolean {
    const contentSite = contentSiteOf(this.room.state);
    return contentSite !== null && !this.ownSite(contentSite);
  }

  /** A shared screen comes first, then the paper. */
  private shown(): TemplateResult | undefined {
    const { state, layout, desk } = this.room;
    const contentSite = contentSiteOf(state);
    if (contentSite !== null) return this.screen(contentSite);
    if (desk.open && layout.paperOnStage) return html`<eo-paper-view class="paper-stage" .room=${this.room}></eo-paper-view>`;
    if (state.documentBarred) return html`<div class="empty paper-barred-page" role="status">${icon('lock')}<p>${t('Quý vị không xem tài liệu của mục này')}</p></div>`;
    return undefined;
  }

  private screen(site: number): TemplateResult {
    const { state, connection } = this.room;
    const name = state.roster.name(site);
    const caption = this.ownSite(site) ? t('Quý vị đang trình chiếu màn hình') : t('Màn hình của {site}', { site: name });
    const hidden = !this.ownSite(site) && this.room.pictures === 'none';
    const stream = hidden ? undefined : this.ownSite(site) ? this.room.local.screenStream : state.slots.content === site ? connection.receive.streams.content : undefined;
    return html`
      <figure class="picture picture-screen">
        ${stream
          ? html`<video autoplay playsinline .muted=${true} .srcObject=${stream} aria-label=${caption}></video>`
          : html`<div class="name-card"><p class="name-card-name">${name}</p>${hidden
            ? html`<p class="name-card-why">${t('Đang trình chiếu màn hình. Quý vị đang chỉ nghe tiếng.')}</p>
              <p><button type="button" class="btn btn-secondary" data-tool="content-too" @click=${() => this.room.setPictures('content')}>${icon('display')} ${t('Xem màn hình này')}</button></p>`
            : html`<p class="name-card-why">${t('Đang chờ màn hình trình chiếu…')}</p>`}</div>`}
        <figcaption>${icon('display')}<span class="picture-name">${caption}</span></figcaption>
      </figure>`;
  }
}
