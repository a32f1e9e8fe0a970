/** `<eo-room-header>`: what is being discussed, since when, who speaks, and how the line is. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { formatDuration, formatTime, t } from '../lib/i18n';
import { RoomElement, icon, lamp } from './element';
import { verdict } from './line-words';
import type { Topic } from './room';
import './speech-clock';
import { currentItem, floorSite } from './store';

@customElement('eo-room-header')
export class RoomHeader extends RoomElement {
  static override topics: readonly Topic[] = ['title', 'item', 'items', 'openedAt', 'meetingState', 'floor', 'mainSite', 'lamp', 'line', 'freeDiscussion', 'recording', 'reduced', 'layout'];

  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { state } = this.room;
    const current = currentItem(state);
    return html`
      <header class="room-header">
        <div class="room-header-title">
          <h1>${state.title || this.room.config.title}</h1>
          <p class="room-header-item">${current
            ? t('Mục {number}/{count}: {title}', { number: current.number, count: state.items.length, title: current.item.title })
            : t('Chưa vào nội dung nào')}</p>
        </div>
        <p class="room-header-fact">${icon('megaphone')}<span><span class="visually-hidden">${t('Đang phát biểu')}: </span>${this.speaker()}</span></p>
        <eo-speech-clock .room=${this.room}></eo-speech-clock>
        <p class="room-header-fact" title=${t('Thời gian từ lúc khai mạc')}>${icon('clock')}<span class="number" data-clock></span></p>
        ${this.recording()}${this.network()}
      </header>`;
  }

  protected override updated(): void { this.tick(); }

  private speaker(): string {
    const { state } = this.room;
    const name = state.roster.name(floorSite(state));
    if (state.freeDiscussion && !state.floor) return t('Thảo luận tự do');
    return state.floor ? name : t('Chủ tọa: {site}', { site: name });
  }

  private recording(): TemplateResult | typeof nothing {
    const { recording } = this.room.state;
    if (!recording) return nothing;
    const words = recording.flowing ? t('Đang ghi hình') : t('Ghi hình: đang nối…');
    return html`<p class="room-header-fact recording-mark ${recording.flowing ? '' : 'is-waiting'}" data-recording=${recording.flowing ? 'on' : 'waiting'}
      title=${t('{name} bật ghi hình lúc {time}', { name: recording.by, time: formatTime(new Date(recording.at)) })}>${icon('record-circle')}<span>${words}</span></p>`;
  }

  private network(): TemplateResult {
    const { line, state, layout } = this.room;
    const step = verdict({ line, lamp: state.lamp, reduced: state.reduced });
    return html`<button type="button" class="room-header-line" data-panel="line" title=${t('Xem đường truyền của máy này')}
      aria-expanded=${layout.tab === 'line'} aria-controls="room-panel" @click=${() => layout.open('line')}>
      ${step === 'away' ? lamp(step, t('Mất kết nối')) : lamp(step)}${icon('chevron-right')}</button>`;
  }

  /** Only the digits change each second; the rest is left alone. */
  private tick(): void {
    const clock = this.querySelector('[data-clock]');
    const { openedAt, startsAt, meetingState } = this.room.state;
    if (!clock) return;
    if (openedAt && meetingState === 'in_session') clock.textContent = formatDuration((this.room.speaking.clock.now() - openedAt.getTime()) / 1000);
    else clock.textContent = startsAt ? t('Chưa khai mạc – bắt đầu {time}', { time: formatTime(startsAt) }) : '';
  }
}
