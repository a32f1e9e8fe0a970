/** `<eo-asked>`: my site is asked to take the floor. One press accepts, and the microphone opens; no answer is a no. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { formatDuration, t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { allotted } from './floor-time';
import type { Topic } from './room';

@customElement('eo-asked')
export class AskedDialog extends RoomElement {
  static override topics: readonly Topic[] = ['call', 'turn', 'carriesMedia', 'me'];

  private timer: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { speaking, state } = this.room;
    const { asked } = speaking;
    const busy = speaking.pending === 'accept' || speaking.pending === 'decline';
    return html`
      <dialog class="dialog asked" role="alertdialog" aria-labelledby="asked-title" aria-describedby="asked-text" @cancel=${(event: Event) => event.preventDefault()}>
        ${asked ? html`
          <h2 id="asked-title" tabindex="-1">${icon('megaphone')} ${this.heading(asked.part)}</h2>
          <div id="asked-text">
            <p>${t('{name} mời lúc này.', { name: asked.by })} ${this.time()}</p>
            ${this.topic()}
            <p>${state.carriesMedia ? t('Micro chỉ mở khi quý vị nhận lời.') : t('Micro của điểm cầu ở máy khác sẽ mở khi quý vị nhận lời.')}</p>
          </div>
          <p class="asked-left" role="timer"><span class="number" data-left></span> ${t('giây để trả lời')}</p>
          <progress max="20" aria-hidden="true"></progress>
          <div class="dialog-actions">
            <button type="button" class="btn btn-primary btn-lg" data-tool="accept" aria-disabled=${busy ? 'true' : nothing} @click=${() => void speaking.accept()}>
              ${icon('mic-fill')} ${speaking.pending === 'accept' ? t('Đang mở micro…') : t('Nhận lời, mở micro')}</button>
            <button type="button" class="btn btn-secondary btn-lg" data-tool="decline" aria-disabled=${busy ? 'true' : nothing} @click=${() => void speaking.decline()}>${t('Chưa phát biểu')}</button>
          </div>` : nothing}
      </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.querySelector('dialog');
    const { asked } = this.room.speaking;
    this.tick();
    if (!dialog || dialog.open === (asked !== undefined)) return;
    if (asked) this.show(dialog);
    else {
      clearInterval(this.timer);
      dialog.close();
    }
  }

  /** The heading has the focus, so that a key that was meant for something else accepts nothing. */
  private show(dialog: HTMLDialogElement): void {
    dialog.showModal();
    this.querySelector<HTMLElement>('#asked-title')?.focus();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), 250);
  }

  private heading(part: 'speech' | 'question' | 'answer'): string {
    switch (part) {
      case 'question': return t('Mời quý vị nêu chất vấn');
      case 'answer': return t('Mời quý vị trả lời chất vấn');
      default: return t('Mời quý vị phát biểu');
    }
  }

  private time(): string {
    const { state, speaking } = this.room;
    const request = state.queue.find((other) => other.id === speaking.asked?.request);
    return request ? t('Thời gian phát biểu {time}.', { time: formatDuration(allotted(request, state)) }) : '';
  }

  private topic(): TemplateResult | typeof nothing {
    const { state, speaking } = this.room;
    const topic = state.questions.find((question) => question.id === speaking.asked?.question)?.topic
      ?? state.queue.find((request) => request.id === speaking.asked?.request)?.topic;
    return topic ? html`<p class="asked-topic">${topic}</p>` : nothing;
  }

  /** The count is written here alone: where the template wrote it too, its next drawing would not find its place. */
  private tick(): void {
    const left = this.room.speaking.answerLeft;
    const words = this.querySelector('[data-left]');
    const bar = this.querySelector('progress');
    if (words && words.textContent !== String(left)) words.textContent = String(left);
    if (bar) bar.value = left;
  }
}
