/** `<eo-wall>`: the sites as tiles, in pages; my own picture first. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import './picture';
import type { Topic } from './room';
import { assignSlots, pageSize, wallPage, type WallPage, type WallSlot } from './wall';

@customElement('eo-wall')
export class Wall extends RoomElement {
  static override topics: readonly Topic[] = ['presence', 'floor', 'mainSite', 'carriesMedia', 'me', 'layout'];

  @state() private page = 0;
  @state() private size = 4;
  private slots = new Map<number, WallSlot>();
  /** Tiles scrolled out of sight: their pictures are not asked for. */
  private readonly unseen = new Set<number>();
  private readonly resize = new ResizeObserver(([entry]) => { if (entry) this.size = pageSize(entry.contentRect.width); });
  private readonly sight = new IntersectionObserver((entries) => this.sighted(entries));

  override connectedCallback(): void {
    super.connectedCallback();
    this.resize.observe(this);
  }

  override disconnectedCallback(): void {
    this.resize.disconnect();
    this.sight.disconnect();
    this.room.viewing.setWall(new Map());
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { room } = this;
    const { state: room_ } = room;
    const shown = wallPage(room_.roster.present, this.leftOut(), this.size, this.page);
    this.slots = assignSlots(this.slots, shown.sites.filter((site) => !this.onStage(site)));
    return html`
      <section class="wall" aria-label=${t('Hình các điểm cầu')}>
        ${room_.carriesMedia ? html`<eo-picture class="tile tile-own" .room=${room} .site=${room.mine} caption=${t('Của tôi:')}></eo-picture>` : nothing}
        ${repeat(shown.sites, (site) => site, (site) => this.tile(site))}
        ${shown.sites.length || room_.carriesMedia ? nothing : html`<p class="wall-empty muted">${t('Chưa có điểm cầu nào vào phòng.')}</p>`}
      </section>
      ${this.pager(shown)}`;
  }

  protected override updated(): void {
    this.sight.disconnect();
    for (const tile of this.querySelectorAll('.tile[data-site]')) this.sight.observe(tile);
    this.tell();
  }

  private tile(site: number): TemplateResult {
    const slot = this.slots.get(site);
    return html`<eo-picture class="tile" data-site=${site} .room=${this.room} .site=${site} .slotName=${slot ?? 'wall0'}
      .instead=${this.onStage(site) ? t('Đang trên màn hình chính') : ''}></eo-picture>`;
  }

  private pager({ page, pages }: WallPage): TemplateResult | typeof nothing {
    if (pages < 2) return nothing;
    return html`
      <nav class="wall-pager" aria-label=${t('Trang hình điểm cầu')}>
        <button type="button" class="btn btn-secondary btn-sm" ?disabled=${page === 0} @click=${() => { this.page = page - 1; }}>
          ${icon('chevron-left')} ${t('Trước')}</button>
        <span class="number" role="status">${t('Trang {page}/{pages}', { page: page + 1, pages })}</span>
        <button type="button" class="btn btn-secondary btn-sm" ?disabled=${page >= pages - 1} @click=${() => { this.page = page + 1; }}>
          ${t('Sau')} ${icon('chevron-right')}</button>
      </nav>`;
  }

  /** My own picture stands apart; the chair's is always on the stage. */
  private leftOut(): Set<number> {
    const { state, layout, mine } = this.room;
    return new Set([...(state.carriesMedia ? [mine] : []), ...(layout.wallOnly ? [] : [state.mainSite])]);
  }

  /** Large or inset on the stage already: its tile keeps its place, without the picture. */
  private onStage(site: number): boolean {
    const { layout, large } = this.room;
    return !layout.wallOnly && site === large.site;
  }

  private sighted(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const site = Number((target as HTMLElement).dataset.site);
      if (isIntersecting) this.unseen.delete(site);
      else this.unseen.add(site);
    }
    this.tell();
  }

  private tell(): void {
    const seen = [...this.slots].filter(([site]) => !this.unseen.has(site));
    this.room.viewing.setWall(new Map(seen.map(([site, slot]) => [slot, site])));
  }
}
