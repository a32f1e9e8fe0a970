/** `<eo-queue-panel>`: who speaks, who is next and when; my own place; the chair's order; question time. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { SpeechRequestState } from '../generated/protocol';
import { formatTime, t } from '../lib/i18n';
import './ask-form';
import { RoomElement, icon } from './element';
import { expectedWait, lineLater, lineNow, myRequest, placeInQueue, share, spokenWords, waitWords } from './floor-time';
import './question-list';
import { drag } from './queue-drag';
import type { Topic } from './room';
import './speech-clock';
import './times-dialog';

@customElement('eo-queue-panel')
export class QueuePanel extends RoomElement {
  static override topics: readonly Topic[] = [
    'queue', 'call', 'floor', 'item', 'items', 'spoken', 'rights', 'meetingState', 'rosterVersion', 'turn', 'me',
  ];

  /** Asked to be moved, and not moved by the server yet. */
  @state() private moving = 0;
  /** The button that moved a row keeps the focus, wherever the row goes. */
  private refocus: string | undefined;

  override render(): TemplateResult {
    const { state: room } = this.room;
    const line = lineNow(room);
    const later = lineLater(room);
    return html`
      <div class="panel-scroll">
        ${this.now()}${this.called()}${this.own()}
        ${room.rights.ask && !myRequest(room) ? html`<eo-ask-form .room=${this.room}></eo-ask-form>` : nothing}
        <section class="queue-part" aria-labelledby="line-title">
          <h3 id="line-title">${t('Chờ phát biểu')} <span class="muted number">${line.length}</span></h3>
          ${room.rights.chair && line.length > 1 ? this.sorting() : nothing}
          ${line.length ? html`<ol class="queue">${repeat(line, ({ id }) => id, (request, index) => this.row(request, index, line))}</ol>`
            : html`<div class="empty">${icon('hand-index-thumb')}<p>${t('Chưa có điểm cầu nào xin phát biểu.')}</p></div>`}
        </section>
        ${later.length ? html`
          <section class="queue-part" aria-labelledby="later-title">
            <h3 id="later-title">${t('Đăng ký cho nội dung khác')} <span class="muted number">${later.length}</span></h3>
            <ol class="queue queue-later">${repeat(later, ({ id }) => id, (request, index) => this.row(request, index, later))}</ol>
          </section>` : nothing}
        <eo-questions .room=${this.room}></eo-questions>
        <eo-times .room=${this.room}></eo-times>
      </div>`;
  }

  protected override updated(): void {
    if (!this.refocus) return;
    this.querySelector<HTMLElement>(this.refocus)?.focus();
    this.refocus = undefined;
  }

  private now(): TemplateResult | typeof nothing {
    const { floor, roster, rights } = this.room.state;
    if (!floor) return nothing;
    const heading = { speech: t('Đang phát biểu'), question: t('Đang nêu chất vấn'), answer: t('Đang trả lời chất vấn') }[floor.part];
    return html`
      <div class="queue-now">
        <p class="muted">${heading}, ${t('từ {time}', { time: formatTime(new Date(floor.at)) })}</p>
        <p><strong>${roster.name(floor.site)}</strong></p>
        ${floor.topic ? html`<p>${floor.topic}</p>` : nothing}
        <eo-speech-clock .room=${this.room}></eo-speech-clock>
        ${rights.chair ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'floor.end' })}>
          ${icon('mic-mute')} ${t('Thu lời')}</button>` : nothing}
      </div>`;
  }

  private called(): TemplateResult | typeof nothing {
    const { call, roster, me } = this.room.state;
    if (!call || call.site === me.site) return nothing;
    return html`<div class="queue-now is-called"><p>${icon('hourglass-split')} ${t('Đang mời: {site}', { site: roster.name(call.site) })}</p></div>`;
  }

  /** My own place, and how long it may take. */
  private own(): TemplateResult | typeof nothing {
    const { state: room, speaking } = this.room;
    const mine = myRequest(room);
    if (!mine || mine.state === 'called') return nothing;
    const place = placeInQueue(room);
    const withdraw = html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'floor.withdraw', request: mine.id })}>${t('Rút đăng ký')}</button>`;
    if (mine.missed) {
      return html`<div class="queue-own"><p>${t('Quý vị chưa nhận lời mời vừa rồi và vẫn giữ chỗ thứ {place}.', { place })}</p>
        <div class="button-set"><button type="button" class="btn btn-primary" @click=${() => void this.room.ask({ type: 'floor.request' })}>${t('Sẵn sàng')}</button>${withdraw}</div></div>`;
    }
    const before = place - 1;
    return html`<div class="queue-own">
      <p class="queue-wait">${t('Quý vị đứng thứ {place}, {wait}', { place, wait: waitWords(expectedWait(room, speaking.clock.now())) })}</p>
      <p>${before === 0 ? t('Quý vị sẽ được mời tiếp theo.') : t('{count} điểm cầu trước quý vị.', { count: before })}</p>${withdraw}</div>`;
  }

  private sorting(): TemplateResult {
    const sort = (by: 'arrival' | 'level' | 'least-heard') => () => void this.room.ask({ type: 'queue.sort', by });
    return html`
      <div class="queue-sort" role="group" aria-label=${t('Sắp xếp danh sách chờ')}>${icon('sort-down')}
        <button type="button" class="btn btn-secondary btn-sm" @click=${sort('arrival')}>${t('Theo giờ xin')}</button>
        <button type="button" class="btn btn-secondary btn-sm" @click=${sort('level')}>${t('Theo cấp')}</button>
        <button type="button" class="btn btn-secondary btn-sm" @click=${sort('least-heard')}>${t('Nói ít trước')}</button>
      </div>`;
  }

  private row(request: SpeechRequestState, index: number, line: readonly SpeechRequestState[]): TemplateResult {
    const { roster, me, rights, meetingState } = this.room.state;
    return html`
      <li class=${request.site === me.site ? 'queue-mine' : ''} data-request=${request.id} aria-busy=${this.moving === request.id ? 'true' : nothing}>
        <span class="queue-place number">${index + 1}</span>
        <span class="queue-site">${roster.name(request.site)}
          ${request.topic ? html`<span class="queue-topic">${request.topic}</span>` : nothing}
          <span class="muted">${this.facts(request)}</span>
          <span class="queue-share-${share(this.room.state, request.site)} muted">${spokenWords(this.room.state, request.site)}</span>
          ${this.chips(request)}</span>
        ${rights.chair ? this.chairsTools(request, index, line, meetingState === 'in_session') : nothing}
      </li>`;
  }

  private facts(request: SpeechRequestState): string {
    const asked = t('xin lúc {time}', { time: formatTime(new Date(request.at)) });
    const minutes = request.seconds ? `, ${t('{minutes} phút', { minutes: Math.ceil(request.seconds / 60) })}` : '';
    const item = request.item === null ? undefined : this.room.state.items.find((other) => other.id === request.item);
    return `${asked}${minutes}${item ? `, ${t('mục {number}', { number: item.order })}` : ''}`;
  }

  private chips(request: SpeechRequestState): TemplateResult | typeof nothing {
    const chips = [
      request.kind === 'order' ? html`<span class="chip chip-danger">${icon('exclamation-octagon')}${t('Ý kiến về trình tự')}</span>` : nothing,
      request.state === 'called' ? html`<span class="chip chip-warning">${t('Đang mời')}</span>` : nothing,
      request.state === 'paused' ? html`<span class="chip chip-info">${t('Nói tiếp')}</span>` : nothing,
      request.missed ? html`<span class="chip chip-warning">${t('Chưa nhận lời mời')}</span>` : nothing,
      request.statement ? html`<span class="chip">${icon('file-earmark-text')}${t('Có bài gửi trước')}</span>` : nothing,
    ];
    return chips.some((chip) => chip !== nothing) ? html`<span class="queue-chips">${chips}</span>` : nothing;
  }

  private chairsTools(request: SpeechRequestState, index: number, line: readonly SpeechRequestState[], sits: boolean): TemplateResult {
    const site = this.room.state.roster.name(request.site);
    const { call } = this.room.state;
    return html`
      <span class="queue-tools">
        ${sits ? html`<button type="button" class="btn btn-sm ${index === 0 ? 'btn-primary' : 'btn-secondary'}" ?disabled=${call !== null}
          aria-label=${t('Mời {site} phát biểu', { site })} @click=${() => void this.room.ask({ type: 'floor.next', request: request.id })}>${t('Mời')}</button>` : nothing}
        <span class="icon-button queue-grip" aria-hidden="true" title=${t('Kéo để đổi chỗ')} @pointerdown=${(event: PointerEvent) => this.grab(event)}>${icon('grip-vertical')}</span>
        <button type="button" class="icon-button" data-move="up" aria-label=${t('Đưa {site} lên trước', { site })} aria-disabled=${index === 0 ? 'true' : nothing}
          @click=${() => { if (index > 0) this.step(request, line[index - 1]?.id ?? null, 'up'); }}>${icon('arrow-up')}</button>
        <button type="button" class="icon-button" data-move="down" aria-label=${t('Đưa {site} xuống sau', { site })} aria-disabled=${index === line.length - 1 ? 'true' : nothing}
          @click=${() => { if (index < line.length - 1) this.step(request, line[index + 2]?.id ?? null, 'down'); }}>${icon('arrow-down')}</button>
        ${request.statement ? this.statement(request) : nothing}
        <button type="button" class="icon-button" aria-label=${t('Bỏ {site} khỏi danh sách chờ', { site })}
          @click=${() => void this.room.ask({ type: 'floor.refuse', request: request.id })}>${icon('x-lg')}</button>
      </span>`;
  }

  private statement(request: SpeechRequestState): TemplateResult | typeof nothing {
    const pattern = this.room.config.urls.speech_statement;
    if (!pattern) return nothing;
    return html`<a class="btn btn-secondary btn-sm" target="_blank" rel="noopener" href=${pattern.replace('{request}', String(request.id))}>${t('Xem bài')}</a>`;
  }

  private grab(event: PointerEvent): void {
    const row = (event.currentTarget as HTMLElement).closest<HTMLElement>('[data-request]');
    if (row) drag(event, row, ({ moved, before }) => void this.move(moved, before));
  }

  private step(request: SpeechRequestState, before: number | null, way: 'up' | 'down'): void {
    this.refocus = `[data-request="${request.id}"] [data-move="${way}"]`;
    void this.move(request.id, before);
  }

  private async move(request: number, before: number | null): Promise<void> {
    this.moving = request;
    const { refocus } = this;
    this.refocus = undefined;
    await this.room.ask({ type: 'queue.move', request, before });
    this.moving = 0;
    this.refocus = refocus;
  }
}
