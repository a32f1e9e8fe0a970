/**
 * `<eo-roster-panel>`: every site under its branch. A site that changes redraws its own row and nothing else;
 * rows out of sight are not laid out (`content-visibility`), so that 632 of them stay quick.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { SiteState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { RoomElement, icon, lamp } from './element';
import { fold } from './fold';
import type { Room, Topic } from './room';
import type { Branch } from './roster';

const FIRST_ROWS = 40;
const MORE_ROWS = 80;

@customElement('eo-roster-panel')
export class RosterPanel extends RoomElement {
  static override topics: readonly Topic[] = ['roster'];

  @state() private query = '';
  @state() private presentOnly = false;
  /** How many rows are made by now: the first screenful at once, the rest a little later. */
  @state() private made = FIRST_ROWS;
  private stopFollowing: (() => void) | undefined;
  private readonly rows = new Map<number, SiteRow>();
  private marked = new Set<number>();

  override connectedCallback(): void {
    super.connectedCallback();
    const follow = [
      this.room.topics.on(['rosterVersion'], () => this.rosterChanged()),
      this.room.topics.on(['floor', 'queue', 'rights', 'meetingState', 'mainSite'], () => this.marksChanged()),
    ];
    this.stopFollowing = () => { for (const stop of follow) stop(); };
  }

  override disconnectedCallback(): void {
    clearTimeout(this.more);
    this.stopFollowing?.();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { roster } = this.room.state;
    const folded = fold(this.query);
    let room = this.made;
    const groups = roster.branches.map((branch) => {
      const sites = branch.sites.slice(0, room);
      room -= sites.length;
      return { branch, sites, shown: new Set(branch.sites.filter((id) => this.shown(id, folded))) };
    });
    const found = groups.reduce((sum, { shown }) => sum + shown.size, 0);
    return html`
      <div class="roster-tools">
        <div class="input-icon">${icon('search')}<input type="search" aria-label=${t('Tìm điểm cầu')} placeholder=${t('Tìm điểm cầu')}
          .value=${this.query} @input=${(event: Event) => { this.query = (event.target as HTMLInputElement).value; }}></div>
        <label class="check"><input type="checkbox" .checked=${this.presentOnly}
          @change=${(event: Event) => { this.presentOnly = (event.target as HTMLInputElement).checked; }}>${t('Chỉ điểm cầu đã vào')}</label>
        <p class="muted" role="status">${folded || this.presentOnly
          ? t('Tìm thấy {count} điểm cầu', { count: found })
          : t('Đã vào {present}/{count} điểm cầu', { present: roster.present.length, count: roster.size })}</p>
      </div>
      <div class="panel-scroll" tabindex="0" role="region" aria-label=${t('Danh sách điểm cầu')}>
        ${groups.map(({ branch, sites, shown }) => this.group(branch, sites, shown))}
      </div>`;
  }

  protected override updated(): void {
    this.rows.clear();
    for (const row of this.querySelectorAll<SiteRow>('eo-site-row')) this.rows.set(row.siteId, row);
    this.marked = this.marks();
    this.counts();
    if (this.made < this.room.state.roster.size) this.more = setTimeout(() => { this.made += MORE_ROWS; });
  }

  private more: ReturnType<typeof setTimeout> | undefined;

  private shown(id: number, folded: string): boolean {
    const { roster } = this.room.state;
    return roster.matches(id, folded) && (!this.presentOnly || (roster.get(id)?.connected ?? false));
  }

  /** Rows that do not match are hidden, not removed: making them anew would take longer. */
  private group(branch: Branch, sites: number[], shown: ReadonlySet<number>): TemplateResult {
    return html`
      <details class="branch" open ?hidden=${shown.size === 0}>
        <summary><span class="branch-name">${branch.name || t('Điểm cầu')}</span> <span class="number muted" data-branch=${branch.name}></span></summary>
        <ul class="sites">${repeat(sites, (id) => id, (id) => html`
          <eo-site-row role="listitem" ?hidden=${!shown.has(id)} .room=${this.room} .siteId=${id}></eo-site-row>`)}</ul>
      </details>`;
  }

  private rosterChanged(): void {
    const { lastDelta } = this.room.state.roster;
    if (lastDelta.structure || (lastDelta.presence && this.presentOnly)) this.requestUpdate();
    else {
      for (const id of lastDelta.changed) this.rows.get(id)?.requestUpdate();
      if (lastDelta.presence) this.counts();
    }
  }

  private counts(): void {
    const { branches, present, size } = this.room.state.roster;
    const byName = new Map(branches.map((branch) => [branch.name, branch]));
    for (const label of this.querySelectorAll<HTMLElement>('[data-branch]')) {
      const branch = byName.get(label.dataset.branch ?? '');
      if (branch) label.textContent = `${branch.connected}/${branch.sites.length}`;
    }
    this.toggleAttribute('data-full', present.length === size);
  }

  /** Rows that stand out: the floor, the queue. Only those that were or are marked are drawn again. */
  private marksChanged(): void {
    const after = this.marks();
    for (const id of new Set([...this.marked, ...after])) this.rows.get(id)?.requestUpdate();
    this.marked = after;
  }

  private marks(): Set<number> {
    const { floor, queue } = this.room.state;
    return new Set([...(floor ? [floor.site] : []), ...queue.map((request) => request.site)]);
  }
}

@customElement('eo-site-row')
export class SiteRow extends RoomElement {
  @property({ attribute: false }) declare room: Room;
  @property({ attribute: false }) siteId = 0;
  @state() private open = false;

  override render(): TemplateResult {
    const site = this.room.state.roster.get(this.siteId);
    if (!site) return html``;
    return html`
      <div class="site-line">
        <span class="site-name">${site.name}${site.id === this.room.mine ? html` <span class="muted">(${t('điểm cầu này')})</span>` : nothing}</span>
        ${this.marks()}
        ${site.connected ? lamp(site.lamp) : lamp('away')}
        ${site.connected ? html`<span class="site-devices">
          ${device(site.camera, 'camera-video', 'camera-video-off', t('Camera bật'), t('Camera tắt'))}
          ${device(site.microphone, 'mic-fill', 'mic-mute', t('Micro mở'), t('Micro tắt'))}</span>` : nothing}
        ${site.people.length ? html`<button type="button" class="icon-button" aria-expanded=${this.open}
          aria-label=${t('Người tại {site}', { site: site.name })} @click=${() => { this.open = !this.open; }}>${icon('people')}</button>` : nothing}
        ${this.invite(site)}
      </div>
      ${this.open ? html`<p class="site-people">${site.people.join(', ')}</p>` : nothing}`;
  }

  private marks(): TemplateResult | typeof nothing {
    const { floor, queue } = this.room.state;
    if (floor?.site === this.siteId) return html`<span class="chip chip-success">${icon('megaphone')}${t('Đang phát biểu')}</span>`;
    const place = queue.findIndex((request) => request.site === this.siteId) + 1;
    return place ? html`<span class="chip chip-warning">${icon('hand-index-thumb')}${t('Chờ thứ {place}', { place })}</span>` : nothing;
  }

  private invite(site: SiteState): TemplateResult | typeof nothing {
    const { rights, floor, meetingState, mainSite } = this.room.state;
    if (!rights.chair || !site.connected || meetingState !== 'in_session' || floor?.site === site.id || site.id === mainSite) return nothing;
    return html`<button type="button" class="btn btn-secondary btn-sm" aria-label=${t('Mời {site} phát biểu', { site: site.name })}
      @click=${() => void this.room.ask({ type: 'floor.grant', site: site.id })}>${t('Mời phát biểu')}</button>`;
  }
}

function device(on: boolean, onIcon: string, offIcon: string, onWords: string, offWords: string): TemplateResult {
  return html`<span class=${on ? 'is-on' : 'is-off'} title=${on ? onWords : offWords}>${icon(on ? onIcon : offIcon)}<span class="visually-hidden">${on ? onWords : offWords}</span></span>`;
}
