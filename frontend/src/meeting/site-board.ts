/**
 * `<eo-site-board>`: every site under its agency, with lamps. Only the rows in sight are in the page, and a change
 * redraws at most those: 632 sites cost as much as 20.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import { t } from '../lib/i18n';
import { boardRows, listed, moved, parentRow, visibleRows, type Choice, type Row, type Show } from './board-rows';
import { RoomElement, icon } from './element';
import { fold } from './fold';
import type { Topic } from './room';
import './site-card';
import { branchRow, siteRow } from './site-rows';

/** As --board-row in _board.scss. */
const ROW = 52;

@customElement('eo-site-board')
export class SiteBoard extends RoomElement {
  static override topics: readonly Topic[] = ['rosterVersion', 'floor', 'queue', 'call', 'rights', 'contacts'];

  @state() private query = '';
  @state() private show: Show = 'all';
  @state() private closed: ReadonlySet<number> = new Set();
  @state() private cursor = 0;
  @state() private chosen: number | undefined;
  @state() private scrolled = 0;
  @state() private height = 600;
  private rows: Row[] = [];
  private readonly resize = new ResizeObserver(([entry]) => { if (entry) this.height = entry.contentRect.height; });

  override connectedCallback(): void {
    super.connectedCallback();
    this.room.board.follow(this, true);
    void this.room.board.fetchContacts();
  }

  override disconnectedCallback(): void {
    this.room.board.follow(this, false);
    this.resize.disconnect();
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    const scroller = this.scroller;
    if (scroller) this.resize.observe(scroller);
  }

  private get scroller(): HTMLElement | null { return this.querySelector('.board-scroll'); }

  private get choice(): Choice {
    const asking = new Set(this.room.state.queue.map(({ site }) => site));
    return { words: fold(this.query), show: this.show, closed: this.closed, asking };
  }

  override render(): TemplateResult {
    const { roster } = this.room.state;
    this.rows = boardRows(roster, this.choice);
    this.cursor = Math.max(0, Math.min(this.cursor, this.rows.length - 1));
    const { first, count } = visibleRows(this.scrolled, this.height, ROW, this.rows.length);
    const shown = this.rows.slice(first, first + count);
    return html`
      ${this.tools()}
      <div class="board-scroll" @scroll=${this.onScroll}>
        <div class="board-tree" role="tree" tabindex="0" aria-label=${t('Các điểm cầu theo cơ quan')}
          aria-activedescendant=${this.rows[this.cursor] ? `board-row-${this.cursor}` : nothing} @keydown=${this.onKey}>
          ${repeat(shown, ({ kind, id }) => `${kind}${id}`, (row, place) => this.row(row, first + place))}
        </div>
        ${this.rows.length ? nothing : html`<p class="board-empty muted">${t('Không có điểm cầu nào.')}</p>`}
      </div>
      ${this.chosen === undefined ? nothing : html`
        <eo-site-card .room=${this.room} .siteId=${this.chosen} @close=${() => this.choose(undefined)}></eo-site-card>`}`;
  }

  protected override updated(): void {
    const tree = this.querySelector<HTMLElement>('.board-tree');
    if (!tree) return;
    tree.style.height = `${this.rows.length * ROW}px`;
    for (const element of tree.querySelectorAll<HTMLElement>('.board-row')) {
      element.style.transform = `translateY(${Number(element.dataset.place) * ROW}px)`;
    }
  }

  private tools(): TemplateResult {
    const { roster } = this.room.state;
    const missing = roster.size - roster.present.length;
    const looking = this.query !== '' || this.show !== 'all';
    const found = looking ? roster.all().filter((site) => listed(site, roster, this.choice)) : [];
    return html`
      <div class="board-tools">
        <p class="board-sum"><strong class="number">${t('Đã vào {present}/{count} điểm cầu', { present: roster.present.length, count: roster.size })}</strong>
          ${missing ? html`<button type="button" class="chip chip-warning board-missing" aria-pressed=${this.show === 'missing'}
            @click=${() => this.choosing(this.show === 'missing' ? 'all' : 'missing')}>${icon('telephone-x')} ${t('Thiếu {count} điểm cầu', { count: missing })}</button>`
            : html`<span class="chip chip-success">${icon('check-circle')} ${t('Đã đủ')}</span>`}
          ${this.room.board.seesLines && !window.opener ? html`<button type="button" class="btn btn-secondary btn-sm board-open" title=${t('Mở bảng điểm cầu ở cửa sổ riêng, cho màn hình thứ hai')}
            @click=${() => window.open(this.room.config.urls.board, `board-${this.room.config.meeting}`, 'popup,width=1280,height=900')}>
            ${icon('box-arrow-up-right')} <span>${t('Mở cửa sổ riêng')}</span></button>` : nothing}</p>
        <div class="input-icon">${icon('search')}<input type="search" aria-label=${t('Tìm điểm cầu')} placeholder=${t('Tìm điểm cầu')}
          .value=${this.query} @input=${(event: Event) => this.type((event.target as HTMLInputElement).value)}></div>
        <div class="board-filter" role="group" aria-label=${t('Chỉ hiện')}>${this.filters().map(({ show, label }) => html`
          <button type="button" class="btn btn-sm ${this.show === show ? 'btn-primary' : 'btn-secondary'}" aria-pressed=${this.show === show}
            data-show=${show} @click=${() => this.choosing(show)}>${label}</button>`)}</div>
        <p class="visually-hidden" role="status">${looking ? t('Tìm thấy {count} điểm cầu', { count: found.length }) : ''}</p>
        ${this.show === 'missing' && this.room.board.seesLines ? this.missingTools(found.map(({ id }) => id)) : nothing}
      </div>`;
  }

  private filters(): { show: Show; label: string }[] {
    const all: { show: Show; label: string }[] = [
      { show: 'all', label: t('Tất cả') }, { show: 'missing', label: t('Còn thiếu') }, { show: 'weak', label: t('Mạng yếu') },
      { show: 'asking', label: t('Xin phát biểu') },
    ];
    return this.room.board.seesLines ? all : all.filter(({ show }) => show !== 'weak');
  }

  private missingTools(sites: number[]): TemplateResult {
    const { urls } = this.room.config;
    return html`
      <div class="button-set board-missing-tools">
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.board.copyContacts(sites)}>${icon('clipboard')} ${t('Chép danh sách')}</button>
        <a class="btn btn-secondary btn-sm" href=${urls.missing} target="_blank" rel="noopener">${icon('printer')} ${t('In danh sách')}</a>
      </div>`;
  }

  private row(row: Row, place: number): TemplateResult {
    const at = { place, active: place === this.cursor, chosen: row.kind === 'site' && row.id === this.chosen };
    return row.kind === 'branch'
      ? branchRow(this.room, row, at, () => this.press(place))
      : siteRow(this.room, row, at, this.show === 'missing', () => this.press(place));
  }

  private press(place: number): void {
    this.cursor = place;
    this.activate();
  }

  private activate(): void {
    const row = this.rows[this.cursor];
    if (row?.kind === 'site') this.choose(this.chosen === row.id ? undefined : row.id);
    else if (row) this.toggle(row);
  }

  private choose(site: number | undefined): void {
    this.chosen = site;
    if (site !== undefined) void this.room.board.fetchContacts();
  }

  private toggle({ id }: Row, open = this.closed.has(id)): void {
    const closed = new Set(this.closed);
    if (open) closed.delete(id);
    else closed.add(id);
    this.closed = closed;
  }

  private type(query: string): void {
    this.query = query;
    this.toTop();
  }

  private choosing(show: Show): void {
    this.show = show;
    if (show === 'missing') void this.room.board.fetchContacts();
    this.toTop();
  }

  private toTop(): void {
    this.cursor = 0;
    this.scroller?.scrollTo({ top: 0 });
  }

  private readonly onScroll = (event: Event): void => { this.scrolled = (event.target as HTMLElement).scrollTop; };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(this.height / ROW) - 1);
    const to = moved(this.rows, this.cursor, event.key, page) ?? this.sideways(event.key);
    if (to === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (to === undefined) return this.activate();
    this.cursor = to;
    this.keepInSight();
    return undefined;
  };

  /** Right opens a branch, left closes it or goes up to it. */
  private sideways(key: string): number | undefined {
    const row = this.rows[this.cursor];
    if (!row || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return undefined;
    if (row.kind === 'branch' && (key === 'ArrowRight') !== row.open) {
      this.toggle(row, key === 'ArrowRight');
      return this.cursor;
    }
    return key === 'ArrowLeft' ? parentRow(this.rows, this.cursor) : this.cursor;
  }

  private keepInSight(): void {
    const { scroller } = this;
    if (!scroller) return;
    const top = this.cursor * ROW;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW > scroller.scrollTop + this.height) scroller.scrollTop = top + ROW - this.height;
  }
}
