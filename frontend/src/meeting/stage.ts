/** `<eo-stage>`: the speaker large, the shared screen or paper beside, the chair inset. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import type { SlotName } from '../generated/protocol';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import './paper-view';
import './picture';
import type { Topic } from './room';

@customElement('eo-stage')
export class Stage extends RoomElement {
  static override topics: readonly Topic[] = [
    'floor', 'mainSite', 'contentSite', 'document', 'carriesMedia', 'slots', 'streams', 'layout', 'desk', 'local', 'me', 'roster',
  ];

  override disconnectedCallback(): void {
    for (const slot of ['floor', 'chair', 'content'] as const) this.room.viewing.setVisible(slot, false);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { layout } = this.room;
    const shown = this.shown();
    const floorLarge = layout.floorLarge || !shown;
    return html`
      <section class="stage ${shown ? 'has-content' : ''} ${floorLarge ? 'floor-large' : ''}" aria-label=${t('Màn hình chính')}>
        <div class="stage-floor">${this.floor()}</div>
        ${shown ? html`<div class="stage-content">${shown}</div>` : nothing}
        ${this.chair()}
        ${shown ? html`
          <button type="button" class="btn btn-secondary btn-sm stage-swap" @click=${() => layout.set({ floorLarge: !layout.floorLarge })}>
            ${icon('columns-gap')} ${floorLarge ? t('Phóng to nội dung') : t('Phóng to người phát biểu')}</button>` : nothing}
      </section>`;
  }

  protected override updated(): void {
    const { state, viewing, large } = this.room;
    viewing.setVisible('floor', !large.own);
    viewing.setVisible('chair', this.chairShown() && !this.ownSite(state.mainSite));
    viewing.setVisible('content', this.contentFromOthers());
  }

  private floor(): TemplateResult {
    const { state, large } = this.room;
    const caption = state.floor ? t('Đang phát biểu') : t('Chủ tọa');
    const slot: SlotName | undefined = large.own ? undefined : 'floor';
    return html`<eo-picture class="picture-large" .room=${this.room} .site=${large.site} .slotName=${slot} caption=${caption}></eo-picture>`;
  }

  private chair(): TemplateResult | typeof nothing {
    if (!this.chairShown()) return nothing;
    const { state } = this.room;
    const slot: SlotName | undefined = this.ownSite(state.mainSite) ? undefined : 'chair';
    return html`<div class="stage-chair">
      <eo-picture .room=${this.room} .site=${state.mainSite} .slotName=${slot} caption=${t('Chủ tọa')}></eo-picture></div>`;
  }

  /** The chair is inset while somebody else is large. */
  private chairShown(): boolean {
    const { state, large } = this.room;
    return state.floor !== null && large.site !== state.mainSite;
  }

  private ownSite(site: number): boolean {
    return site === this.room.mine && this.room.state.carriesMedia;
  }

  private contentFromOthers(): boolean {
    const { contentSite } = this.room.state;
    return contentSite !== null && !this.ownSite(contentSite);
  }

  /** A shared screen comes first, then the paper. */
  private shown(): TemplateResult | undefined {
    const { state, layout, desk } = this.room;
    if (state.contentSite !== null) return this.screen(state.contentSite);
    if (desk.open && layout.paperOnStage) return html`<eo-paper-view class="paper-stage" .room=${this.room}></eo-paper-view>`;
    return undefined;
  }

  private screen(site: number): TemplateResult {
    const { state, connection } = this.room;
    const name = state.roster.name(site);
    const caption = this.ownSite(site) ? t('Quý vị đang trình chiếu màn hình') : t('Màn hình của {site}', { site: name });
    const stream = this.ownSite(site) ? this.room.local.screenStream : state.slots.content === site ? connection.receive.streams.content : undefined;
    return html`
      <figure class="picture picture-screen">
        ${stream
          ? html`<video autoplay playsinline .muted=${true} .srcObject=${stream} aria-label=${caption}></video>`
          : html`<div class="name-card"><p class="name-card-name">${name}</p><p class="name-card-why">${t('Đang chờ màn hình trình chiếu…')}</p></div>`}
        <figcaption>${icon('display')}<span class="picture-name">${caption}</span></figcaption>
      </figure>`;
  }
}
