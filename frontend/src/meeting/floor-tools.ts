/** `<eo-floor-tools>`: the chair's hand on the floor. The next speaker's button is always the first one. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { nextInLine } from './floor-time';
import type { Topic } from './room';

@customElement('eo-floor-tools')
export class FloorTools extends RoomElement {
  static override topics: readonly Topic[] = ['queue', 'item', 'call', 'floor', 'turn', 'rosterVersion'];

  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), 500);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`${this.next()}${this.recall()}${this.speaker()}`;
  }

  private next(): TemplateResult {
    const { state, speaking } = this.room;
    const { call } = state;
    const next = nextInLine(state);
    const off = !next || call !== null || speaking.pending === 'next';
    return html`
      <button type="button" class="btn btn-primary floor-next" data-tool="next" aria-disabled=${off ? 'true' : nothing} title=${t('Mời người tiếp theo phát biểu (phím N)')}
        @click=${() => void speaking.next()}>
        ${icon(call ? 'hourglass-split' : 'megaphone')} <span class="clip">${this.nextWords(next?.site)}</span></button>`;
  }

  private nextWords(site: number | undefined): string {
    const { state, speaking } = this.room;
    if (state.call) return t('Đang mời: {site}', { site: state.roster.name(state.call.site) });
    if (speaking.pending === 'next') return t('Đang gửi lời mời…');
    return site ? t('Mời phát biểu: {site}', { site: state.roster.name(site) }) : t('Mời phát biểu (chưa có ai chờ)');
  }

  private recall(): TemplateResult | typeof nothing {
    if (!this.room.state.call) return nothing;
    return html`<button type="button" class="btn btn-secondary" data-tool="recall" @click=${() => void this.room.ask({ type: 'floor.recall' })}>
      ${icon('x-circle')} ${t('Thôi mời')} <span class="number" data-left></span></button>`;
  }

  private speaker(): TemplateResult | typeof nothing {
    const { floor, roster } = this.room.state;
    if (!floor) return nothing;
    const paused = floor.paused_at !== null;
    const ask = this.room.ask.bind(this.room);
    return html`
      <button type="button" class="btn btn-secondary" data-tool="take-back" title=${t('Thu lời: {site}', { site: roster.name(floor.site) })} @click=${() => void ask({ type: 'floor.end' })}>
        ${icon('mic-mute')} ${t('Thu lời')}</button>
      <button type="button" class="btn btn-secondary" data-tool="extend" @click=${() => void ask({ type: 'floor.extend', seconds: 60 })}>${icon('plus-circle')} ${t('1 phút')}</button>
      <button type="button" class="btn btn-secondary" data-tool="pause" @click=${() => void ask({ type: 'floor.pause', on: !paused })}>
        ${icon(paused ? 'play-circle' : 'pause-circle')} ${paused ? t('Tiếp tục giờ') : t('Dừng giờ')}</button>`;
  }

  protected override updated(): void { this.tick(); }

  private tick(): void {
    const left = this.querySelector('[data-left]');
    if (left) left.textContent = t('({seconds} giây)', { seconds: this.room.speaking.answerLeft });
  }
}
