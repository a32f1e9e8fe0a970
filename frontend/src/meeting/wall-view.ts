/** `<eo-wall>`: the sites as tiles, in pages; my own picture first. A wall that all share is turned by the server. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { WallState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { myHost } from './attachment';
import { sitesWithMe } from './consultation';
import { RoomElement, icon } from './element';
import './picture';
import type { Topic } from './room';
import { assignSlots, columns, commonSlots, pageSize, putFirst, samePlace, wallPage, type WallPage, type WallSlot } from './wall';

/** Before the first measure. */
const UNMEASURED = 1000;

@customElement('eo-wall')
export class Wall extends RoomElement {
  static override topics: readonly Topic[] = ['presence', 'floor', 'mainSite', 'carriesMedia', 'me', 'layout', 'screen', 'direction', 'wall', 'programme', 'streams', 'rights', 'guard', 'consulting', 'consultations', 'attachments'];

  @state() private width = 0;
  private size = 0;
  private columns = 1;
  private slots = new Map<number, WallSlot>();
  /** Those of the slots that show what everybody's do. */
  private common = new Set<WallSlot>();
  /** Tiles scrolled out of sight: their pictures are not asked for. */
  private readonly unseen = new Set<number>();
  private readonly resize = new ResizeObserver(([entry]) => { if (entry) this.width = entry.contentRect.width; });
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

  private get alone(): boolean { return this.room.screen.arrangement.kind === 'wall'; }

  /** The wall that all in the main room share. */
  private get sharedWall(): WallState | null {
    const { consulting, wall } = this.room.state;
    return consulting === null ? wall : null;
  }

  override render(): TemplateResult {
    const { room } = this;
    const shown = this.shown();
    this.assign(shown.sites);
    const own = room.state.carriesMedia && !(this.alone && this.sharedWall);
    const count = shown.sites.length + Number(own);
    this.columns = columns(count, this.width || UNMEASURED);
    return html`
      <section class="wall" aria-label=${t('Hình các điểm cầu')}>
        ${own ? html`<eo-picture class="tile tile-own" .room=${room} .site=${room.mine} caption=${t('Của tôi:')}></eo-picture>` : nothing}
        ${repeat(shown.sites, (site) => site, (site) => this.tile(site))}
        ${count ? nothing : html`<p class="wall-empty muted">${t('Chưa có điểm cầu nào vào phòng.')}</p>`}
      </section>
      ${this.pager(shown)}`;
  }

  protected override updated(): void {
    this.querySelector<HTMLElement>('.wall')?.style.setProperty('--columns', String(this.columns));
    this.sight.disconnect();
    for (const tile of this.querySelectorAll('.tile[data-site]')) this.sight.observe(tile);
    this.tell();
  }

  /** The sites on the page: of the wall that all share, or of my own. */
  private shown(): WallPage {
    const { room } = this;
    const slots = room.screen.tileSlots.length;
    const wall = this.sharedWall;
    if (wall && this.alone) return wallPage(wall.sites, new Set(), slots, this.page);
    const fits = pageSize(this.width || UNMEASURED, this.alone);
    const size = this.keepPlace(Math.min((this.alone && room.screen.arrangement.size) || fits, slots, room.staying.guard.limit ?? Infinity));
    return wallPage(putFirst(this.present(), room.layout.wallFirst), this.leftOut(), size, this.page);
  }

  /** Whoever stood first on the page stays in sight when it holds more or fewer tiles. */
  private keepPlace(size: number): number {
    const { layout } = this.room;
    if (this.size && size !== this.size) layout.wallPage = samePlace(layout.wallPage, this.size, size);
    if (this.width) this.size = size;
    return size;
  }

  /** The page, from 0; it outlives a reload. */
  private get page(): number { return this.room.layout.wallPage; }

  private turn(page: number): void { this.room.layout.set({ wallPage: page }); }

  /** The first page of a wall that all share needs no word with the server when it turns. */
  private assign(sites: readonly number[]): void {
    const { screen } = this.room;
    const others = sites.filter((site) => !this.onStage(site) && !(this.alone && this.room.ownPicture(site)));
    const wall = this.sharedWall;
    if (wall && this.alone && this.page === 0) {
      const all = commonSlots(wall.sites, screen.tileSlots);
      this.slots = new Map([...all].filter(([site]) => others.includes(site)));
      this.common = new Set(this.slots.values());
    } else {
      this.slots = assignSlots(this.slots, others, screen.tileSlots);
      this.common = new Set();
    }
  }

  private tile(site: number): TemplateResult {
    const own = this.alone && this.room.ownPicture(site);
    const slot = own ? undefined : this.slots.get(site) ?? 'wall0';
    return html`<eo-picture class="tile" data-site=${site} .room=${this.room} .site=${site} .slotName=${slot} ?tools=${!own}
      .instead=${this.onStage(site) ? t('Đang trên màn hình chính') : ''}></eo-picture>`;
  }

  private pager({ page, pages }: WallPage): TemplateResult | typeof nothing {
    const patrol = this.patrol();
    if (pages < 2) return patrol ? html`<p class="wall-pager" data-patrol>${patrol}</p>` : nothing;
    return html`
      <nav class="wall-pager" aria-label=${t('Trang hình điểm cầu')}>
        ${patrol ? html`<span data-patrol>${patrol}</span>` : nothing}
        <button type="button" class="btn btn-secondary btn-sm" ?disabled=${page === 0} @click=${() => this.turn(page - 1)}>
          ${icon('chevron-left')} ${t('Trước')}</button>
        <span class="number" role="status">${t('Trang {page}/{pages}', { page: page + 1, pages })}</span>
        <button type="button" class="btn btn-secondary btn-sm" ?disabled=${page >= pages - 1} @click=${() => this.turn(page + 1)}>
          ${t('Sau')} ${icon('chevron-right')}</button>
      </nav>`;
  }

  /** In a consultation room, those who are there. */
  private present(): readonly number[] {
    const { state } = this.room;
    return state.consulting === null ? state.roster.present : sitesWithMe(state);
  }

  /** Which round of the patrol this is, and whose sites it shows. */
  private patrol(): string {
    const { roster } = this.room.state;
    const wall = this.sharedWall;
    if (!wall || !this.alone || !wall.turns_at) return '';
    const names = new Set(wall.sites.map((site) => roster.branch(roster.get(site)?.branch ?? 0)?.name ?? ''));
    const branches = [...names].filter(Boolean).join(', ');
    return t('Lượt {page}/{pages}: {branches}', { page: wall.page, pages: wall.pages, branches });
  }

  /** My own picture stands apart; the chair's is always on the stage. */
  private leftOut(): Set<number> {
    const { state, mine } = this.room;
    return new Set([...(state.carriesMedia ? [mine] : []), ...(this.alone || myHost(state) ? [] : [state.mainSite])]);
  }

  /** Large on the stage already: its tile keeps its place, without the picture. */
  private onStage(site: number): boolean {
    return !this.alone && site === this.room.screen.arrangement.large.site;
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
    const own = seen.filter(([, slot]) => !this.common.has(slot));
    const common = seen.map(([, slot]) => slot).filter((slot) => this.common.has(slot));
    this.room.viewing.setWall(new Map(own.map(([site, slot]) => [slot, site])), common);
  }
}
