/** `<eo-picture>`: one site's picture out of one slot, or its name when there is no picture. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { SlotName } from '../generated/protocol';
import { t } from '../lib/i18n';
import { sitsWithMe } from './consultation';
import { LAMPS, RoomElement, icon } from './element';
import { LOOK_EVERY_MS, Motion } from './motion';
import { pictureTools } from './picture-tools';
import type { Topic } from './room';
import type { Site } from './roster';

@customElement('eo-picture')
export class Picture extends RoomElement {
  static override topics: readonly Topic[] = ['streams', 'slots', 'rosterVersion', 'local', 'queue', 'pictures', 'rights', 'reduced', 'screen', 'direction', 'programme', 'consultations', 'consulting', 'attachments'];

  @property({ attribute: false }) site = 0;
  /** Out of which slot; undefined: this tab's own camera. */
  @property({ attribute: false }) slotName: SlotName | undefined;
  @property() caption = '';
  /** Said instead of the picture. */
  @property() instead = '';
  /** With buttons to show it large. */
  @property({ type: Boolean }) tools = false;

  private own = new MediaStream();
  private readonly motion = new Motion();
  private unfollowVoices: (() => void) | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.unfollowVoices = this.room.topics.on(['speaking'], () => this.markSpeaking()); // several times a second: nothing is drawn anew
    this.watch = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.watch);
    this.unfollowVoices?.();
    this.motion.reset();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('site') || changed.has('slotName')) this.motion.reset();
  }

  /** A picture of another that stands still is covered: the last one says nothing of who is there now. */
  private look(): void {
    const video = this.slotName ? this.querySelector('video') : null;
    if (!video) this.motion.reset();
    else if (this.motion.look(video.getVideoPlaybackQuality().totalVideoFrames, performance.now())) this.requestUpdate();
  }

  private markSpeaking(): void {
    this.classList.toggle('is-speaking', this.room.state.speaking.includes(this.site));
  }

  protected override updated(): void { this.markSpeaking(); }

  override render(): TemplateResult {
    const { roster } = this.room.state;
    const site = roster.get(this.site);
    const stream = this.instead ? undefined : this.stream();
    const isStill = stream !== undefined && this.motion.isStill;
    return html`
      <figure class="picture">
        ${stream
          ? html`<video class=${this.slotName ? '' : 'mirrored'} autoplay playsinline .muted=${true} .srcObject=${stream}
              aria-label=${t('Hình của {site}', { site: site?.name ?? '' })}></video>`
          : nothing}
        ${!stream || isStill ? this.card(site?.name ?? '', isStill) : nothing}
        <figcaption>
          ${site?.connected ? icon(this.microphoneOpen() ? 'mic-fill' : 'mic-mute') : icon('wifi-off')}
          <span class="picture-name" title=${site?.name ?? nothing}>
            ${this.caption ? html`<span class="picture-role">${this.caption}</span> ` : nothing}${stream && !isStill ? site?.name ?? '' : nothing}</span>
          <span class="visually-hidden">${this.words(site?.connected ?? false)}</span>
          ${this.place()}${this.weakLine(site)}
        </figcaption>
        ${this.tools && site?.connected ? pictureTools(this.room, site) : nothing}
      </figure>`;
  }

  private card(name: string, isStill: boolean): TemplateResult {
    const site = this.room.state.roster.get(this.site);
    let why = t('Camera đang tắt');
    if (this.instead) why = this.instead;
    else if (!site?.connected) why = t('Chưa vào phòng họp');
    else if (!sitsWithMe(this.room.state, this.site)) why = this.room.state.consulting === null ? t('Đang hội ý') : t('Đang ở phòng họp');
    else if (site.camera && this.room.pictures !== 'all' && this.slotName) why = this.room.staying.givenUp ? t('Tạm tắt hình để giữ tiếng nói') : t('Quý vị đang chỉ nghe tiếng');
    else if (isStill && this.slotName && this.room.state.reduced.includes(this.slotName)) why = t('Tạm tắt vì mạng yếu, để giữ tiếng nói.');
    else if (isStill) why = t('Hình đang bị gián đoạn');
    else if (site.camera) why = t('Đang chờ hình…');
    return html`<div class="name-card"><p class="name-card-name">${name}</p><p class="name-card-why">${why}</p></div>`;
  }

  /** The stream, when the slot shows this site and the site sends a picture. */
  private stream(): MediaStream | undefined {
    const { local, state, connection } = this.room;
    if (!this.slotName) return local.camera && this.ownStream(local.camera);
    if (this.room.pictures !== 'all' || state.slots[this.slotName] !== this.site || !state.roster.get(this.site)?.camera || !sitsWithMe(state, this.site)) return undefined;
    return connection.receive.streams[this.slotName];
  }

  private ownStream(track: MediaStreamTrack): MediaStream {
    const [shown] = this.own.getVideoTracks();
    if (shown !== track) this.own = new MediaStream([track]);
    return this.own;
  }

  private microphoneOpen(): boolean {
    if (!this.slotName && !this.instead) return this.room.local.microphoneOn;
    const { state } = this.room;
    return sitsWithMe(state, this.site) && (state.roster.get(this.site)?.microphone ?? false);
  }

  private words(connected: boolean): string {
    if (!connected) return t('Chưa vào phòng họp');
    return this.microphoneOpen() ? t('Micro đang mở') : t('Micro đang tắt');
  }

  /** The chair sees whose line is weak, beside the name. */
  private weakLine(site: Site | undefined): TemplateResult | typeof nothing {
    const { rights } = this.room.state;
    if (!rights.chair || !site?.connected || (site.lamp !== 'weak' && site.lamp !== 'bad')) return nothing;
    const { shape, words } = LAMPS[site.lamp];
    return html`<span class="picture-lamp lamp-${site.lamp}" title=${words()}>${icon(shape)}<span class="visually-hidden">${words()}</span></span>`;
  }

  private place(): TemplateResult | typeof nothing {
    const place = this.room.state.queue.findIndex((request) => request.site === this.site) + 1;
    return place ? html`<span class="picture-queue">${icon('hand-index-thumb')}${t('thứ {place}', { place })}</span>` : nothing;
  }
}
