/** `<eo-device-choice>`: which camera, microphone and loudspeaker, and whether they work. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { TUNINGS, available, canBlur, canChooseLoudspeaker, listDevices, type DeviceKind, type Devices } from './devices';
import { RoomElement, icon } from './element';
import { LevelMeter } from './level';
import type { Topic } from './room';
import { testTone } from './sounds';

@customElement('eo-device-choice')
export class DeviceChoice extends RoomElement {
  static override topics: readonly Topic[] = ['local', 'choices'];

  /** With what the browser does to sound and picture. */
  @property({ type: Boolean }) full = false;
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
      ${this.full ? this.blurring() : nothing}
      ${this.chooser('microphone', t('Micro'))}
      ${this.level()}
      ${this.full ? this.tuning() : nothing}
      ${this.documentCamera()}
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

  /** Of a machine with two cameras, one may look at paper. */
  private documentCamera(): TemplateResult {
    const { camera, documentCamera } = this.room.choices;
    if (this.devices.camera.length < 2) return html``;
    return html`
      <div class="field">
        <label for="document-camera">${t('Máy quay tài liệu')}</label>
        <select id="document-camera" @change=${(event: Event) => this.room.choose({ documentCamera: (event.target as HTMLSelectElement).value })}>
          <option value="">${t('Không dùng')}</option>
          ${this.devices.camera.map((device, index) => html`<option value=${device.id} ?selected=${device.id === documentCamera} ?disabled=${device.id === camera}>
            ${device.label || `${t('Camera')} ${index + 1}`}</option>`)}
        </select>
        <p class="field-help">${t('Camera thứ hai soi giấy tờ, hiện vật; trình chiếu khi được phát biểu.')}</p>
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

  private tuning(): TemplateResult {
    if (!this.devices.microphone.length) return html``;
    const words = { echoCancellation: t('Chống vọng tiếng loa vào micro'), noiseSuppression: t('Giảm tiếng ồn'), autoGainControl: t('Tự chỉnh âm lượng micro') };
    return html`
      <fieldset class="field device-tuning">
        <legend>${t('Xử lý tiếng của micro')}</legend>
        ${TUNINGS.map((name) => html`<label class="check"><input type="checkbox" name=${name} .checked=${this.room.choices[name] ?? true}
          @change=${(event: Event) => void this.room.tune(name, (event.target as HTMLInputElement).checked)}>${words[name]}</label>`)}
        <p class="field-help">${t('Phòng họp đã có bộ xử lý âm thanh riêng (mixer, loa kiêm micro) thì bỏ chọn để tiếng không bị méo.')}</p>
      </fieldset>`;
  }

  private blurring(): TemplateResult {
    if (!canBlur(this.room.local.camera)) return html``;
    return html`<label class="check"><input type="checkbox" name="backgroundBlur" .checked=${this.room.choices.backgroundBlur}
      @change=${(event: Event) => void this.room.setBlur((event.target as HTMLInputElement).checked)}>${t('Làm mờ hậu cảnh')}</label>`;
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
