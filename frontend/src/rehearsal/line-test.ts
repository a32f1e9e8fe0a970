/** `<eo-line-test>`: tests this machine for its site, by a press, or by itself in the planned windows. */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';

import type { LineTestPlan, LineTestReport } from '../generated/protocol';
import { UserError, getJson, postJson } from '../lib/http';
import { formatTime, t } from '../lib/i18n';
import { newKey } from '../lib/uuid';
import { listDevices, openCamera, openMicrophone, type Devices } from '../meeting/devices';
import { readChoices, writeChoices } from '../meeting/choices';
import { icon } from '../meeting/element';
import { lastRun, machine, machineLabel, nameMachine, readTestConfig, rememberRun } from './config';
import { CHECKS, type CheckName, type Finding } from './findings';
import { findingRow } from './finding-row';
import { Run, type Audience } from './runner';
import { nextRun } from './schedule';

const PLAN_EVERY_MS = 120_000;
const TICK_MS = 1_000;
/** Somebody at the machine answers within this time, or nobody is there. */
const ANSWER_WITHIN_MS = 60_000;

type Answer = 'yes' | 'no' | 'again' | 'nobody';

@customElement('eo-line-test')
export class LineTest extends LitElement implements Audience {
  private readonly config = readTestConfig();
  private readonly share = Math.random();
  private plan: LineTestPlan = this.config.plan;
  /** The server's clock less ours, in milliseconds. */
  private ahead = Date.parse(this.config.plan.now) - Date.now();
  private timer: ReturnType<typeof setInterval> | undefined;
  private planned = 0;
  private answer: ((said: Answer) => void) | undefined;
  private awake: WakeLockSentinel | undefined;

  @state() private phase: 'ready' | 'running' | 'done' = 'ready';
  @state() private alone = new URLSearchParams(window.location.search).has('auto');
  @state() private next: number | undefined;
  @state() private found = new Map<CheckName, Finding>();
  @state() private current = new Set<CheckName>();
  @state() private asking = false;
  @state() private returned: MediaStream | undefined;
  @state() private devices: Devices = { camera: [], microphone: [], loudspeaker: [] };
  @state() private sent: { words: string; good: boolean } | undefined;
  @state() private devicesChanged = false;
  private unsent: LineTestReport | undefined;

  @query('.test-preview video') preview!: HTMLVideoElement;

  override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.refreshDevices();
    navigator.mediaDevices?.addEventListener('devicechange', this.onDevices);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    if (this.alone) void this.wait();
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    navigator.mediaDevices?.removeEventListener('devicechange', this.onDevices);
    super.disconnectedCallback();
  }

  // --- what a run tells -----------------------------------------------------------------------------------

  onStart(checks: readonly CheckName[]): void { this.current = new Set([...this.current, ...checks]); }

  onFinding(finding: Finding): void {
    this.found = new Map(this.found).set(finding.check_name, finding);
    const current = new Set(this.current);
    current.delete(finding.check_name);
    this.current = current;
  }

  onLevel(level: number): void {
    const meter = this.querySelector<HTMLMeterElement>('meter');
    if (meter) meter.value = level;
  }

  onReturned(stream: MediaStream | undefined): void { this.returned = stream; }

  confirm(): Promise<Answer> {
    if (this.alone) return Promise.resolve('nobody');
    this.asking = true;
    return new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => this.answer?.('nobody'), ANSWER_WITHIN_MS);
      this.answer = (said) => { clearTimeout(timer); this.asking = false; this.answer = undefined; resolve(said); };
      void this.updateComplete.then(() => this.querySelector<HTMLButtonElement>('.test-ask button')?.focus());
    });
  }

  // --- running --------------------------------------------------------------------------------------------

  private async run(checks: readonly CheckName[]): Promise<void> {
    if (this.phase === 'running') return;
    this.phase = 'running';
    document.getElementById('test-state')?.querySelector('p')?.remove(); // what it says of former tests is over
    this.sent = undefined;
    this.devicesChanged = false;
    this.found = new Map([...this.found].filter(([check]) => !checks.includes(check)));
    const id = newKey();
    const findings = await new Run(id, this.config, this, checks).go();
    this.current = new Set();
    this.phase = 'done';
    rememberRun(this.config.site, { at: this.now, failed: findings.some(({ outcome }) => outcome === 'failed') });
    this.unsent = { run: id, machine: machine(), machine_label: machineLabel(), unattended: this.alone, findings };
    void this.refreshDevices();
    await this.report();
  }

  private async report(): Promise<void> {
    if (!this.unsent) return;
    try {
      const { label, why } = await postJson<{ label: string; why: string }>(this.config.urls.report, this.unsent);
      this.unsent = undefined;
      const words = t('Đã gửi kết quả cho ban tổ chức lúc {time}. Điểm cầu: {state}.', { time: formatTime(new Date(this.now)), state: why ? `${label} (${why})` : label });
      this.sent = { words, good: true };
    } catch (error) {
      const said = error instanceof UserError ? `${error.message} ${error.hint}` : '';
      this.sent = { words: t('Chưa gửi được kết quả. {why}', { why: said }), good: false };
    }
  }

  // --- left alone -----------------------------------------------------------------------------------------

  private get now(): number { return Date.now() + this.ahead; }

  private async wait(): Promise<void> {
    this.alone = true;
    this.look();
    await this.allow();
    this.awake = await navigator.wakeLock?.request('screen').catch(() => undefined);
  }

  private stopWaiting(): void {
    this.alone = false;
    this.next = undefined;
    void this.awake?.release();
  }

  /** The browser asks for camera and microphone while somebody is there to say yes. */
  private async allow(): Promise<void> {
    for (const open of [openCamera, openMicrophone]) await open('').then((track) => track.stop()).catch(() => undefined);
    await this.refreshDevices();
  }

  private look(): void {
    this.next = nextRun(this.plan.windows, this.now, this.share, lastRun(this.config.site));
  }

  private tick(): void {
    if (!this.alone || this.phase === 'running') return;
    if (Date.now() - this.planned > PLAN_EVERY_MS) void this.fetchPlan();
    this.look();
    if (this.unsent) void this.report();
    if (this.next !== undefined && this.next <= this.now) void this.run(CHECKS);
  }

  /** Windows may have been moved; or what failed was seen to, and is to be tested again at once. */
  private async fetchPlan(): Promise<void> {
    this.planned = Date.now();
    try {
      this.plan = await getJson<LineTestPlan>(this.config.urls.plan);
    } catch {
      return;
    }
    this.ahead = Date.parse(this.plan.now) - Date.now();
    if (this.plan.retest) void this.run(CHECKS);
  }

  private readonly onDevices = (): void => {
    if (this.phase === 'running') return;
    this.devicesChanged = this.phase === 'done';
    void this.refreshDevices();
  };

  private async refreshDevices(): Promise<void> { this.devices = await listDevices().catch(() => this.devices); }

  // --- drawing --------------------------------------------------------------------------------------------

  override render(): TemplateResult {
    return html`
      <div class="line-test" data-phase=${this.phase}>
        <section class="card test-start">
          ${this.heading()}
          ${this.alone ? this.waiting() : nothing}
          ${this.buttons()}
          ${this.sent ? html`<p class="alert ${this.sent.good ? 'alert-success' : 'alert-danger'}" role="status">${this.sent.words}
            ${this.unsent ? html`<button type="button" class="btn btn-secondary" @click=${() => void this.report()}>${t('Gửi lại')}</button>` : nothing}</p>` : nothing}
          ${this.devicesChanged ? html`<p class="alert alert-warning" role="status">${t('Thiết bị của máy vừa thay đổi. Kết quả trên không còn đúng: hãy kiểm tra lại.')}</p>` : nothing}
          ${this.question()}
          ${this.pictures()}
          <details class="test-options"><summary>${t('Chọn thiết bị, đặt tên máy')}</summary>${this.options()}</details>
        </section>
        <section class="card" aria-label=${t('Các mục kiểm tra')}>
          <ol class="findings" aria-live="polite">${CHECKS.map((check) => findingRow(this.config, check, this.found.get(check), this.current.has(check)))}</ol>
        </section>
      </div>`;
  }

  private heading(): TemplateResult {
    const failed = this.failed.length;
    if (this.phase === 'running') return html`<h2>${t('Đang kiểm tra… {done}/{all}', { done: this.found.size, all: CHECKS.length })}</h2><p>${t('Xin giữ trang này mở. Hãy nói vài câu vào micro.')}</p>`;
    if (this.phase === 'ready') return html`<h2>${t('Kiểm tra máy sẽ dùng để họp')}</h2><p>${t('Khoảng 30 giây: camera, micro, loa và đường mạng. Máy sẽ phát một tiếng thử.')}</p>`;
    return failed
      ? html`<h2 class="test-bad">${icon('x-circle')} ${t('Có {count} mục lỗi', { count: failed })}</h2><p>${t('Làm theo hướng dẫn ở từng mục rồi kiểm tra lại.')}</p>`
      : html`<h2 class="test-good">${icon('check-circle-fill')} ${t('Máy này họp được')}</h2>`;
  }

  private get failed(): CheckName[] { return CHECKS.filter((check) => this.found.get(check)?.outcome === 'failed'); }

  private buttons(): TemplateResult | typeof nothing {
    if (this.phase === 'running') return nothing;
    const failed = this.failed;
    return html`
      <div class="button-set">
        ${failed.length ? html`<button type="button" class="btn btn-primary" data-test="failed" @click=${() => void this.run(failed)}>${icon('arrow-clockwise')} ${t('Kiểm tra lại mục lỗi')}</button>` : nothing}
        <button type="button" class="btn ${failed.length ? 'btn-secondary' : 'btn-primary'} btn-lg" data-test="all" @click=${() => void this.run(CHECKS)}>${icon('play-circle')}
          ${this.phase === 'ready' ? t('Kiểm tra ngay') : t('Kiểm tra lại tất cả')}</button>
        ${this.alone
          ? html`<button type="button" class="btn btn-secondary" @click=${() => this.stopWaiting()}>${t('Thôi tự kiểm tra')}</button>`
          : html`<button type="button" class="btn btn-secondary" data-test="alone" @click=${() => void this.wait()}>${icon('clock')} ${t('Để máy tự kiểm tra theo khung giờ')}</button>`}
      </div>`;
  }

  private waiting(): TemplateResult {
    if (this.phase === 'running') return html``;
    const words = this.next === undefined
      ? t('Chưa có khung giờ kiểm tra nào sắp tới. Khi ban tổ chức đặt khung giờ, trang này tự biết và tự chạy.')
      : t('Máy tự kiểm tra lúc {time}. Cứ để trang này mở, không cần ai ngồi cạnh.', { time: formatTime(new Date(this.next)) });
    return html`<p class="alert alert-info" role="status" data-waiting>${icon('clock')} ${words}</p>`;
  }

  private question(): TemplateResult | typeof nothing {
    if (!this.asking) return nothing;
    return html`
      <div class="test-ask alert alert-info" role="alertdialog" aria-label=${t('Quý vị có nghe thấy tiếng thử không?')}>
        <p><strong>${t('Quý vị có nghe thấy tiếng thử không?')}</strong></p>
        <div class="button-set">
          <button type="button" class="btn btn-primary" @click=${() => this.answer?.('yes')}>${icon('check-lg')} ${t('Có nghe thấy')}</button>
          <button type="button" class="btn btn-secondary" @click=${() => this.answer?.('no')}>${icon('volume-mute')} ${t('Không nghe thấy')}</button>
          <button type="button" class="btn btn-secondary" @click=${() => this.answer?.('again')}>${icon('arrow-clockwise')} ${t('Phát lại')}</button>
        </div>
      </div>`;
  }

  private pictures(): TemplateResult {
    const running = this.phase === 'running';
    return html`
      <div class="test-pictures" ?hidden=${!running}>
        <figure class="test-preview"><video autoplay playsinline .muted=${true}></video><figcaption>${t('Hình của máy này')}</figcaption></figure>
        <figure ?hidden=${!this.returned}><video autoplay playsinline .muted=${true} .srcObject=${this.returned ?? null}></video><figcaption>${t('Hình đã tới máy chủ và trở về')}</figcaption></figure>
        <div class="test-level"><label for="test-level">${t('Mức âm thanh micro')}</label><meter id="test-level" class="level" min="0" max="1" value="0"></meter></div>
      </div>`;
  }

  private options(): TemplateResult {
    const running = this.phase === 'running';
    const kinds = [['camera', t('Camera')], ['microphone', t('Micro')], ['loudspeaker', t('Loa')]] as const;
    const choices = readChoices();
    return html`
      <div class="field"><label for="machine-label">${t('Tên máy này')}</label>
        <input id="machine-label" maxlength="120" .value=${machineLabel()} ?disabled=${running} @change=${(event: Event) => nameMachine((event.target as HTMLInputElement).value)}>
        <p class="field-help">${t('Ví dụ: Máy phòng họp tầng 2. Tên này hiện ở bảng của ban tổ chức.')}</p></div>
      ${kinds.map(([kind, label]) => this.devices[kind].length < 2 ? nothing : html`
        <div class="field"><label for="test-${kind}">${label}</label>
          <select id="test-${kind}" ?disabled=${running} @change=${(event: Event) => writeChoices({ [kind]: (event.target as HTMLSelectElement).value })}>
            ${this.devices[kind].map((device, place) => html`<option value=${device.id} ?selected=${device.id === choices[kind]}>${device.label || `${label} ${place + 1}`}</option>`)}
          </select></div>`)}`;
  }
}
