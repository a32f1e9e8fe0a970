/**
 * `<eo-display-screen>`: the meeting on a television: item, speaker, clock, vote, check-in. It follows by a line of its own
 * that only listens: it is nobody in the room.
 */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { DisplayMessage, DisplayShown } from '../generated/protocol';
import { formatDate, formatTime, t } from '../lib/i18n';
import { LastingSocket, socketUrl, type SocketState } from '../lib/socket';
import { displayParts, type DisplayPart } from './display-parts';
import { icon } from './element';
import { ServerClock, clockFace } from './floor-time';
import { voteResult } from './vote-result';
import { kindWords, stateWords, turnoutWords } from './vote-words';

interface DisplayConfig {
  title: string;
  socket: string;
  meeting: string;
  /** The check-in code; null for who may not show it. */
  code: string | null;
}

const TICK_MS = 250;
/** The server says something every 15 seconds. */
const SILENCE_MS = 40_000;
/** Who is kept out asks again after a while: the door may have opened. */
const AGAIN_MS = 30_000;

@customElement('eo-display-screen')
export class DisplayScreen extends LitElement {
  @state() private shown: DisplayShown | undefined;
  @state() private line: SocketState = 'connecting';
  @state() private gone = '';
  private readonly config = readDisplayConfig();
  private readonly clock = new ServerClock();
  private socket: LastingSocket | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private waking: WakeLockSentinel | undefined;

  override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    document.documentElement.dataset.theme = 'dark';
    this.connect();
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    document.addEventListener('visibilitychange', this.stayAwake);
    this.stayAwake();
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticking);
    clearTimeout(this.silence);
    document.removeEventListener('visibilitychange', this.stayAwake);
    void this.waking?.release();
    this.socket?.close();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    if (this.gone) return html`<section class="display display-gone" role="status"><h1>${this.config.title}</h1><p>${this.gone}</p></section>`;
    const { shown } = this;
    if (!shown) return html`<section class="display display-gone" role="status"><h1>${this.config.title}</h1><p>${t('Đang kết nối…')}</p></section>`;
    return html`
      <section class="display">
        <header class="display-head">
          <h1>${shown.title}</h1>
          ${shown.recording ? html`<p class="display-recording">${icon('record-circle')} ${t('Đang ghi hình')}</p>` : nothing}
          <p class="display-time number" data-time-of-day></p>
        </header>
        ${this.line === 'open' ? nothing : html`<p class="display-lost" role="status">${icon('cloud-slash')} ${t('Mất kết nối, đang tự nối lại. Nội dung có thể đã cũ.')}</p>`}
        <div class="display-body ${this.aside(shown) ? 'has-aside' : ''}">
          <div class="display-main">${displayParts(shown).map((part) => this.section(part, shown))}</div>
          ${this.aside(shown) ?? nothing}
        </div>
        <button type="button" class="btn btn-secondary display-full" @click=${() => void document.documentElement.requestFullscreen()}>${icon('arrows-fullscreen')} ${t('Toàn màn hình')}</button>
      </section>`;
  }

  protected override updated(): void { this.tick(); }

  private section(part: DisplayPart, shown: DisplayShown): TemplateResult {
    switch (part) {
      case 'before': return html`<section class="display-part"><h2>${t('Cuộc họp chưa khai mạc')}</h2>
        <p class="display-large">${t('Bắt đầu lúc {time}, ngày {date}', { time: formatTime(new Date(shown.starts_at)), date: formatDate(new Date(shown.starts_at)) })}</p></section>`;
      case 'over': return html`<section class="display-part"><p class="display-large">${t('Cuộc họp đã kết thúc')}</p></section>`;
      case 'item': return this.item(shown);
      case 'vote': return this.vote(shown);
      case 'speaker': return this.speaker(shown);
      default: return neverDrawn(part);
    }
  }

  private item({ item }: DisplayShown): TemplateResult {
    if (!item) return html`<section class="display-part"><h2>${t('Nội dung')}</h2><p class="display-large">${t('Chưa vào nội dung nào')}</p></section>`;
    return html`<section class="display-part">
      <h2>${t('Nội dung {number}/{count}', { number: item.number, count: item.count })}</h2>
      <p class="display-large">${item.title}</p>
      ${item.confidential ? html`<p>${t('Chỉ người được chọn ở trong phòng.')}</p>` : nothing}
      ${item.presenter ? html`<p>${t('Trình bày: {name}', { name: item.presenter })}</p>` : nothing}</section>`;
  }

  private speaker({ floor, speaker, free_discussion: free, chair, waiting, queue }: DisplayShown): TemplateResult {
    return html`<section class="display-part display-speaker">
      <h2>${floor ? t('Đang phát biểu') : free ? t('Thảo luận tự do') : t('Chủ tọa điều hành')}</h2>
      <p class="display-large">${floor ? speaker : chair}</p>
      ${floor?.topic ? html`<p>${floor.topic}</p>` : nothing}
      ${floor ? html`<p class="display-clock number" role="timer" data-clock></p>` : nothing}
      ${waiting.length ? html`<p class="display-next">${t('Tiếp theo: {names}', { names: waiting.join(' · ') })}${queue > waiting.length ? ` ${t('và {count} điểm cầu nữa', { count: queue - waiting.length })}` : ''}</p>` : nothing}
    </section>`;
  }

  private vote({ poll }: DisplayShown): TemplateResult {
    if (!poll) return html``;
    return html`<section class="display-part display-vote">
      <h2>${kindWords(poll)} – ${stateWords(poll)}</h2>
      <p class="display-large">${poll.question}</p>
      ${poll.result && poll.state === 'published' ? voteResult(poll, poll.result) : html`<p class="display-turnout number">${turnoutWords(poll)}</p>`}
    </section>`;
  }

  private aside({ attendance, meeting_state: meeting }: DisplayShown): TemplateResult | undefined {
    if (!attendance.open || meeting === 'ended' || meeting === 'concluded') return undefined;
    const { code } = this.config;
    return html`<aside class="display-check-in" aria-label=${t('Điểm danh')}>
      <h2>${t('Điểm danh')}</h2>
      ${code ? html`<img class="display-code" src=${code} alt=${t('Mã QR điểm danh')}><p>${t('Quét mã bằng điện thoại rồi bấm “Tôi có mặt”')}</p>` : nothing}
      <p class="display-present"><strong class="number">${t('{present}/{listed} người có mặt', { present: attendance.present, listed: attendance.listed })}</strong></p>
    </aside>`;
  }

  private connect(): void {
    this.socket = new LastingSocket(socketUrl(this.config.socket), {
      onMessage: (message) => this.received(message as DisplayMessage),
      onState: (line) => { this.line = line; },
    });
    this.hearkenAgain();
  }

  private received(message: DisplayMessage): void {
    this.hearkenAgain();
    if (message.type === 'display.gone') {
      this.gone = message.reason;
      this.socket?.close();
      setTimeout(() => { if (this.isConnected) this.connect(); }, AGAIN_MS);
      return;
    }
    this.gone = '';
    this.clock.set(message.server_time);
    this.shown = message;
  }

  private hearkenAgain(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.socket?.retryNow();
      this.hearkenAgain();
    }, SILENCE_MS);
  }

  /** Only digits change between two messages. */
  private tick(): void {
    const now = this.clock.now();
    const day = this.querySelector('[data-time-of-day]');
    if (day) day.textContent = formatTime(new Date(now));
    const clock = this.querySelector<HTMLElement>('[data-clock]');
    const floor = this.shown?.floor;
    if (!clock || !floor) return;
    const { words, mood } = clockFace(floor, now);
    if (clock.textContent !== words) clock.textContent = words;
    clock.dataset.mood = mood;
  }

  /** A television must not go dark in the middle of a meeting. */
  private readonly stayAwake = (): void => {
    if (document.hidden || !('wakeLock' in navigator)) return;
    navigator.wakeLock.request('screen').then((lock) => { this.waking = lock; }, () => undefined);
  };
}

function readDisplayConfig(): DisplayConfig {
  const element = document.getElementById('display-config');
  if (!element?.textContent) throw new Error('The page has no display-config.');
  return JSON.parse(element.textContent) as DisplayConfig;
}

function neverDrawn(_part: never): TemplateResult { return html``; }
