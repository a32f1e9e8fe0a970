/** `<eo-ask-form>`: my site asks for the floor, with a topic and minutes if it likes; or raises a point of order. */

import { html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { kept } from './kept';

const MINUTES = [3, 5, 10, 15] as const;

@customElement('eo-ask-form')
export class AskForm extends RoomElement {
  @state() private busy = false;

  override render(): TemplateResult {
    return html`
      <form class="queue-ask queue-part" ${kept(this.room.keeper, 'ask')} @submit=${(event: Event) => { event.preventDefault(); void this.ask('speech'); }}>
        <label for="ask-topic">${t('Nội dung phát biểu (không bắt buộc)')}</label>
        <input id="ask-topic" name="topic" type="text" maxlength="300" autocomplete="off">
        <label for="ask-minutes">${t('Số phút dự kiến')}</label>
        <select id="ask-minutes" name="minutes"><option value="">${t('Theo quy định của nội dung')}</option>
          ${MINUTES.map((minutes) => html`<option value=${minutes}>${t('{minutes} phút', { minutes })}</option>`)}</select>
        <div class="button-set">
          <button type="submit" class="btn btn-primary" ?disabled=${this.busy}>${icon('hand-index-thumb')} ${t('Xin phát biểu')}</button>
          <button type="button" class="btn btn-secondary" ?disabled=${this.busy} @click=${() => void this.ask('order')}>${icon('exclamation-octagon')} ${t('Ý kiến về trình tự')}</button>
        </div>
      </form>`;
  }

  private async ask(kind: 'speech' | 'order'): Promise<void> {
    const topic = this.querySelector<HTMLInputElement>('#ask-topic');
    const minutes = Number(this.querySelector<HTMLSelectElement>('#ask-minutes')?.value) || null;
    this.busy = true;
    const done = await this.room.ask({ type: 'floor.request', kind, topic: topic?.value ?? '', minutes });
    this.busy = false;
    if (done && topic) topic.value = '';
    if (done) this.room.keeper.forget('ask');
  }
}
