/** Site mode: one machine is one site. It joins by itself, with large type and everything in sight. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { formatTime, t } from '../lib/i18n';
import type { RoomConfig, Seat } from './config';
import { RoomElement, icon } from './element';
import type { Room, Topic } from './room';

/** The site whose screen this page is to be: asked for in its address (`?mode=site`, with or without `site=`). */
export function siteAsked(config: RoomConfig, search = window.location.search): Seat | undefined {
  const asked = new URLSearchParams(search);
  if (asked.get('mode') !== 'site') return undefined;
  const seats = config.sites.filter((seat) => seat.uplink);
  const wanted = Number(asked.get('site'));
  return seats.find(({ id }) => id === wanted) ?? seats.find(({ shared }) => shared) ?? seats[0];
}

/** Enters as the screen of a site: camera on, microphone closed, so that two open machines in a room never howl at each other. */
export function enterAsSite(room: Room, site: number): void {
  room.remember({ siteScreen: true });
  room.enter({ site, carryMedia: true, camera: true, microphone: false });
}

const TICK_MS = 1_000;

@customElement('eo-site-screen')
export class SiteScreenBar extends RoomElement {
  static override topics: readonly Topic[] = ['local', 'rights', 'floor', 'carriesMedia', 'roster', 'rosterVersion', 'me'];

  private ticking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticking = setInterval(() => this.tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticking);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { state, local, config } = this.room;
    const open = local.microphoneOn;
    return html`
      <div class="site-screen-bar ${open ? 'is-live' : ''}">
        <strong class="site-screen-name">${state.roster.name(this.room.mine)}</strong>
        <span class="site-screen-microphone" role="status">${icon(open ? 'mic-fill' : 'mic-mute-fill')} ${open ? t('Micro đang mở') : t('Micro đang tắt')}</span>
        ${config.help_phone ? html`<span class="site-screen-phone">${icon('telephone')} ${t('Hỗ trợ: {phone}', { phone: config.help_phone })}</span>` : nothing}
        <span class="number site-screen-clock" data-time-of-day></span>
      </div>`;
  }

  protected override updated(): void { this.tick(); }

  private tick(): void {
    const clock = this.querySelector('[data-time-of-day]');
    if (clock) clock.textContent = formatTime(new Date());
  }
}
