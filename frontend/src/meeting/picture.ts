/** `<eo-picture>`: one site's picture out of one slot, or its name when there is no picture. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

import type { SlotName } from '../generated/protocol';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-picture')
export class Picture extends RoomElement {
  static override topics: readonly Topic[] = ['streams', 'slots', 'rosterVersion', 'speaking', 'local', 'queue'];

  @property({ attribute: false }) site = 0;
  /** Out of which slot; undefined: this tab's own camera. */
  @property({ attribute: false }) slotName: SlotName | undefined;
  @property() caption = '';
  /** Said instead of the picture. */
  @property() instead = '';

  private own = new MediaStream();

  override render(): TemplateResult {
    const { roster, speaking } = this.room.state;
    const site = roster.get(this.site);
    const stream = this.instead ? undefined : this.stream();
    this.classList.toggle('is-speaking', speaking.includes(this.site));
    return html`
      <figure class="picture">
        ${stream
          ? html`<video class=${this.slotName ? '' : 'mirrored'} autoplay playsinline .muted=${true} .srcObject=${stream}
              aria-label=${t('Hình của {site}', { site: site?.name ?? '' })}></video>`
          : this.card(site?.name ?? '')}
        <figcaption>
          ${site?.connected ? icon(this.microphoneOpen() ? 'mic-fill' : 'mic-mute') : icon('wifi-off')}
          <span class="picture-name" title=${site?.name ?? nothing}>
            ${this.caption ? html`<span class="picture-role">${this.caption}</span> ` : nothing}${stream ? site?.name ?? '' : nothing}</span>
          <span class="visually-hidden">${this.words(site?.connected ?? false)}</span>
          ${this.place()}
        </figcaption>
      </figure>`;
  }

  private card(name: string): TemplateResult {
    const site = this.room.state.roster.get(this.site);
    let why = t('Camera đang tắt');
    if (this.instead) why = this.instead;
    else if (!site?.connected) why = t('Chưa vào phòng họp');
    else if (site.camera) why = t('Đang chờ hình…');
    return html`<div class="name-card"><p class="name-card-name">${name}</p><p class="name-card-why">${why}</p></div>`;
  }

  /** The stream, when the slot shows this site and the site sends a picture. */
  private stream(): MediaStream | undefined {
    const { local, state, connection } = this.room;
    if (!this.slotName) return local.camera && this.ownStream(local.camera);
    if (state.slots[this.slotName] !== this.site || !state.roster.get(this.site)?.camera) return undefined;
    return connection.receive.streams[this.slotName];
  }

  private ownStream(track: MediaStreamTrack): MediaStream {
    const [shown] = this.own.getVideoTracks();
    if (shown !== track) this.own = new MediaStream([track]);
    return this.own;
  }

  private microphoneOpen(): boolean {
    if (!this.slotName && !this.instead) return this.room.local.microphoneOn;
    return this.room.state.roster.get(this.site)?.microphone ?? false;
  }

  private words(connected: boolean): string {
    if (!connected) return t('Chưa vào phòng họp');
    return this.microphoneOpen() ? t('Micro đang mở') : t('Micro đang tắt');
  }

  private place(): TemplateResult | typeof nothing {
    const place = this.room.state.queue.findIndex((request) => request.site === this.site) + 1;
    return place ? html`<span class="picture-queue">${icon('hand-index-thumb')}${t('thứ {place}', { place })}</span>` : nothing;
  }
}
