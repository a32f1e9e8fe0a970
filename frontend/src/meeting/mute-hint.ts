/**
 * `<eo-mute-hint>`: I speak, and my microphone is closed. Said only where I may open it: in a site's room people talk
 * among themselves. The level is measured on this machine; a closed microphone sends nothing.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { LevelMeter } from './level';
import type { Topic } from './room';
import { VoiceWatch } from './voice';

const SHOWN_MS = 10_000;
/** Who does not want to open the microphone is not told so all the time. */
const REST_MS = 60_000;

@customElement('eo-mute-hint')
export class MuteHint extends RoomElement {
  static override topics: readonly Topic[] = ['local', 'rights', 'choices', 'carriesMedia', 'floor'];

  @state() private shown = false;
  private source: MediaStreamTrack | undefined;
  private heard: MediaStreamTrack | undefined;
  private meter: LevelMeter | undefined;
  private readonly voice = new VoiceWatch();
  private restsUntil = 0;
  private hides: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    this.listenTo(undefined);
    super.disconnectedCallback();
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.shown || !this.closed) return nothing;
    return html`
      <div class="banner banner-info" role="status" data-banner="mute-hint">${icon('mic-mute-fill')}
        <p><strong>${t('Quý vị đang nói nhưng micro đang tắt.')}</strong> ${t('Mọi người không nghe thấy.')}</p>
        <span class="button-set">
          <button type="button" class="btn btn-primary" data-tool="unmute" @click=${() => { this.hide(); void this.room.setMicrophone(true); }}>${icon('mic-fill')} ${t('Mở micro')}</button>
          <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.hide()}>${t('Bỏ qua')}</button>
        </span></div>`;
  }

  protected override updated(): void {
    const { local, choices } = this.room;
    this.listenTo(choices.muteHint && this.closed ? local.microphone : undefined);
  }

  /** I might open the microphone, and have not. Who has the floor is told of it anyway. */
  private get closed(): boolean {
    const { local, state: room, holding } = this.room;
    return room.carriesMedia && room.rights.speak && !local.microphoneOn && !holding;
  }

  /** A copy of the microphone that only the meter has. */
  private listenTo(source: MediaStreamTrack | undefined): void {
    if (source === this.source) return;
    this.meter?.stop();
    this.heard?.stop();
    this.source = source;
    this.heard = source?.clone();
    if (this.heard) this.heard.enabled = true;
    this.voice.forget();
    this.meter = this.heard && new LevelMeter(this.heard, (level) => this.hear(level));
  }

  private hear(level: number): void {
    if (!this.voice.hear(level) || performance.now() < this.restsUntil) return;
    this.restsUntil = performance.now() + REST_MS;
    this.shown = true;
    clearTimeout(this.hides);
    this.hides = setTimeout(() => this.hide(), SHOWN_MS);
  }

  private hide(): void {
    clearTimeout(this.hides);
    this.shown = false;
    this.voice.forget();
  }
}
