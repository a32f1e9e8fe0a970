/** `<eo-pre-join>`: see oneself, choose devices, and enter; or enter without any. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { formatDate, formatTime, t } from '../lib/i18n';
import type { Seat } from './config';
import './device-choice';
import type { Trouble } from './devices';
import { RoomElement, icon } from './element';
import { recordingDetail, recordingHeading } from './recording-words';
import type { Topic } from './room';
import { enterAsSite } from './site-screen';

@customElement('eo-pre-join')
export class PreJoin extends RoomElement {
  static override topics: readonly Topic[] = ['local', 'choices'];

  @state() private site = 0;
  @state() private microphoneOn = false;
  @state() private busy = true;
  private preview = new MediaStream();

  override connectedCallback(): void {
    super.connectedCallback();
    this.site = this.room.memory.get().site ?? this.room.config.sites[0]?.id ?? 0;
    this.microphoneOn = this.room.choices.microphoneOn;
    void this.open();
  }

  override render(): TemplateResult {
    const { config } = this.room;
    const starts = new Date(config.starts_at);
    return html`
      <div class="pre-join">
        <header class="pre-join-head">
          <p class="muted">${t('Chuẩn bị vào phòng họp')}</p>
          <h1>${config.title}</h1>
          <p class="lead">${icon('clock')} ${t('{time}, ngày {date}', { time: formatTime(starts), date: formatDate(starts) })}</p>
        </header>
        <div class="pre-join-body">
          ${this.seat?.uplink === false ? nothing : this.drawPreview()}
          <div class="card pre-join-form">
            ${this.drawSite()}
            ${this.seat?.uplink === false ? nothing : this.troubles()}
            ${this.recording()}
            ${this.door()}
            ${this.seat?.uplink === false ? this.observing() : html`<eo-device-choice .room=${this.room}></eo-device-choice>`}
            ${this.entrances()}
          </div>
        </div>
      </div>`;
  }

  private drawPreview(): TemplateResult {
    const { local } = this.room;
    const on = local.cameraOn;
    return html`
      <div class="pre-join-preview">
        <div class="picture own">
          ${on
            ? html`<video class="mirrored" autoplay playsinline .muted=${true} .srcObject=${this.preview} aria-label=${t('Hình của quý vị')}></video>`
            : html`<div class="name-card">${icon('camera-video-off')}<p>${this.busy ? t('Đang mở camera…') : t('Camera đang tắt')}</p></div>`}
        </div>
        <div class="button-set pre-join-switches">
          <button type="button" class="btn ${on ? 'btn-primary' : 'btn-secondary'}" aria-pressed=${on} @click=${this.switchCamera}>
            ${icon(on ? 'camera-video-fill' : 'camera-video-off-fill')} ${on ? t('Camera đang bật') : t('Camera đang tắt')}</button>
          <button type="button" class="btn ${this.microphoneOn ? 'btn-primary' : 'btn-secondary'}" aria-pressed=${this.microphoneOn}
            @click=${() => { this.microphoneOn = !this.microphoneOn; }}>
            ${icon(this.microphoneOn ? 'mic-fill' : 'mic-mute-fill')} ${this.microphoneOn ? t('Bật micro khi vào') : t('Tắt micro khi vào')}</button>
        </div>
        <p class="muted">${t('Trong phiên họp, micro chỉ mở khi chủ tọa mời phát biểu hoặc cho thảo luận tự do.')}</p>
      </div>`;
  }

  private drawSite(): TemplateResult {
    const { sites, me } = this.room.config;
    const [only] = sites;
    return html`
      <div class="field">
        ${sites.length > 1
          ? html`<label for="site">${t('Điểm cầu của quý vị')}</label>
            <select id="site" @change=${(event: Event) => { this.site = Number((event.target as HTMLSelectElement).value); }}>
              ${sites.map((site) => html`<option value=${site.id} ?selected=${site.id === this.site}>${site.name}</option>`)}
            </select>`
          : html`<p class="pre-join-site"><span class="muted">${t('Điểm cầu của quý vị')}</span><strong>${only?.name ?? ''}</strong></p>`}
        <p class="field-help">${t('Người vào họp: {name}', { name: me.name })}</p>
      </div>`;
  }

  private troubles(): TemplateResult[] {
    const { camera, microphone } = this.room.local.trouble;
    const same = camera && microphone && camera.code === microphone.code && ['insecure', 'denied'].includes(camera.code);
    const shown = same ? [both(camera)] : [camera, microphone].filter((trouble): trouble is Trouble => trouble !== undefined);
    return shown.map((trouble) => html`
      <div class="alert alert-warning" role="alert">
        <p><strong>${trouble.message}</strong></p><p>${trouble.hint}</p>
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.open()}>${icon('arrow-clockwise')} ${t('Thử lại')}</button>
      </div>`);
  }

  private recording(): TemplateResult | typeof nothing {
    const { recording } = this.room.config;
    if (!recording) return nothing;
    return html`
      <div class="alert alert-warning" data-recording-notice>
        <p><strong>${icon('record-circle')} ${recordingHeading()}</strong></p>
        <p>${recordingDetail(recording)} ${t('Vào phòng họp là quý vị đã được báo và đồng ý.')}</p>
      </div>`;
  }

  private get seat(): Seat | undefined {
    return this.room.config.sites.find(({ id }) => id === this.site);
  }

  /** Before the hour people enter at the door, and come in by themselves. */
  private door(): TemplateResult | typeof nothing {
    const { opens_at: at } = this.room.config;
    if (!at || Date.parse(at) <= Date.now()) return nothing;
    const opens = new Date(at);
    return html`<p class="alert alert-info" data-opens>${icon('hourglass-split')}
      ${t('Phòng mở lúc {time}, ngày {date}. Vào bây giờ thì chờ ở cửa và được vào tự động.', { time: formatTime(opens), date: formatDate(opens) })}</p>`;
  }

  private observing(): TemplateResult {
    return html`<p class="alert alert-info">${icon('eye')} ${t('Quý vị dự họp với vai trò quan sát viên: nghe và xem, không dùng camera và micro.')}</p>`;
  }

  private entrances(): TemplateResult {
    if (this.seat?.uplink === false) {
      return html`<button type="button" class="btn btn-primary btn-lg btn-block" @click=${() => this.enter(true)}>${icon('box-arrow-in-right')} ${t('Vào phòng họp')}</button>`;
    }
    return html`
      <button type="button" class="btn btn-primary btn-lg btn-block" @click=${() => this.enter(true)}>${icon('box-arrow-in-right')} ${t('Vào phòng họp')}</button>
      ${this.seat?.shared ? html`
        <button type="button" class="btn btn-secondary btn-block" data-tool="site-screen" @click=${() => enterAsSite(this.room, this.site)}>${icon('display')} ${t('Màn hình điểm cầu')}</button>
        <p class="field-help">${t('Máy này là màn hình chung của phòng họp: chữ to, tự vào đúng giờ, camera bật, micro tắt.')}</p>
        <button type="button" class="btn btn-secondary btn-block" data-tool="beside" @click=${() => this.enter(false)}>${icon('laptop')} ${t('Tôi theo dõi bên cạnh màn hình của điểm cầu')}</button>
        <p class="field-help">${t('Dùng khi phòng họp đã có máy khác nối hình và tiếng: máy này để đọc tài liệu, biểu quyết, xin phát biểu, trao đổi; không dùng camera, micro và không phát tiếng.')}</p>` : nothing}
      <details class="pre-join-more">
        <summary>${t('Cách vào khác')}</summary>
        <button type="button" class="btn btn-secondary btn-block" @click=${this.listenOnly}>${icon('volume-up')} ${t('Chỉ nghe và xem')}</button>
        <p class="field-help">${t('Vào họp mà không bật camera, micro. Có thể bật sau trong phòng.')}</p>
      </details>`;
  }

  private async open(): Promise<void> {
    if (this.seat?.uplink === false) return;
    this.busy = true;
    const { local, choices } = this.room;
    local.listening = true;
    if (choices.cameraOn || local.trouble.camera) await local.setCamera(true);
    await local.prepareMicrophone();
    this.busy = false;
  }

  protected override updated(): void {
    const { camera } = this.room.local;
    const [shown] = this.preview.getVideoTracks();
    if (shown === camera) return;
    if (shown) this.preview.removeTrack(shown);
    if (camera) this.preview.addTrack(camera);
  }

  private async switchCamera(): Promise<void> {
    await this.room.local.setCamera(!this.room.local.cameraOn);
    this.room.choose({ cameraOn: this.room.local.cameraOn });
  }

  private async listenOnly(): Promise<void> {
    this.room.local.close();
    this.microphoneOn = false;
    this.enter(true);
  }

  private enter(carryMedia: boolean): void {
    const { local } = this.room;
    if (!carryMedia) local.close();
    this.room.remember({ siteScreen: false });
    this.room.enter({ site: this.site || null, carryMedia, camera: local.cameraOn, microphone: carryMedia && this.microphoneOn });
  }
}

/** One trouble that both devices have is said once. */
function both(trouble: Trouble): Trouble {
  if (trouble.code !== 'denied') return trouble;
  return { ...trouble, message: t('Trình duyệt đang chặn camera và micro.') };
}
