/** `<eo-device-choice>`: which camera, microphone and loudspeaker, and whether they work. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { available, canChooseLoudspeaker, listDevices, type DeviceKind, type Devices } from './devices';
import { RoomElement, icon } from './element';
import { LevelMeter } from './level';
import type { Topic } from './room';
import { testTone } from './sounds';

@customElement('eo-device-choice')
export class DeviceChoice extends RoomElement {
  static override topics: readonly Topic[] = ['local', 'choices'];

  @state() private devices: Devices = { camera: [], microphone: [], loudspeaker: [] };
  @state() private toneOn = false;
  private meter: LevelMeter | undefined;
  private metered: MediaStreamTrack | undefined;
  private readonly refresh = async () => { this.devices = await listDevices(); };

  override connectedCallback(): void {
    super.connectedCallback();
    if (available()) navigator.mediaDevices.addEventListener('devicechange', this.refresh);
    void this.refresh();
  }

  override disconnectedCallback(): void {
    if (available()) navigator.mediaDevices.removeEventListener('devicechange', this.refresh);
    this.watch(undefined);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`
      ${this.chooser('camera', t('Camera'))}
      ${this.chooser('microphone', t('Micro'))}
      ${this.level()}
      ${canChooseLoudspeaker() ? this.chooser('loudspeaker', t('Loa')) : nothing}
      <button type="button" class="btn btn-secondary" ?disabled=${this.toneOn} @click=${this.hearTone}>
        ${icon('speaker')} ${this.toneOn ? t('Đang phát âm thử…') : t('Nghe thử loa')}</button>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    const { microphone, camera } = this.room.local;
    if (microphone !== this.metered) this.watch(microphone);
    const unnamed = (camera ?? microphone) !== undefined && !this.devices.camera[0]?.label && !this.devices.microphone[0]?.label;
    if (unnamed && !changed.has('devices')) void this.refresh();
  }

  private chooser(kind: DeviceKind, label: string): TemplateResult {
    const devices = this.devices[kind];
    const chosen = this.room.choices[kind];
    if (!devices.length) return html``;
    return html`
      <div class="field">
        <label for="device-${kind}">${label}</label>
        <select id="device-${kind}" @change=${(event: Event) => void this.choose(kind, (event.target as HTMLSelectElement).value)}>
          ${devices.map((device, index) => html`<option value=${device.id} ?selected=${device.id === chosen}>
            ${device.label || `${label} ${index + 1}`}</option>`)}
        </select>
      </div>`;
  }

  private level(): TemplateResult {
    if (!this.room.local.microphone) return html``;
    return html`
      <div class="field">
        <label for="microphone-level">${t('Mức âm thanh micro')}</label>
        <meter id="microphone-level" class="level" min="0" max="1" value="0"></meter>
        <p class="field-help">${t('Nói thử: vạch phải chạy theo tiếng nói.')}</p>
      </div>`;
  }

  private watch(track: MediaStreamTrack | undefined): void {
    this.meter?.stop();
    this.metered = track;
    this.meter = track && new LevelMeter(track, (level) => {
      const bar = this.querySelector('meter');
      if (bar) bar.value = level;
    });
  }

  private async choose(kind: DeviceKind, id: string): Promise<void> {
    if (kind === 'loudspeaker') this.room.choose({ loudspeaker: id });
    else await this.room.use(kind, id);
  }

  private async hearTone(): Promise<void> {
    this.toneOn = true;
    await testTone(this.room.choices.loudspeaker);
    this.toneOn = false;
  }
}
