/** `<eo-poll-form>`: the secretary writes a question in the room. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { newKey } from '../lib/uuid';
import { RoomElement } from './element';
import { kept } from './kept';
import type { Topic } from './room';
import { baseWords, thresholdWords } from './vote-words';

/** Under which name a question is kept that is being written. */
export const POLL_DRAFT = 'poll';

type Rule = 'threshold' | 'base' | 'quorum';

@customElement('eo-poll-form')
export class PollForm extends RoomElement {
  static override topics: readonly Topic[] = ['items', 'item'];

  @state() private sending = false;
  @state() private secret = false;
  private key = newKey();

  override render(): TemplateResult {
    const { items, item } = this.room.state;
    return html`
      <form class="poll-form" ${kept(this.room.keeper, POLL_DRAFT)} @submit=${this.send}>
        <label for="poll-question">${t('Câu hỏi biểu quyết')}</label>
        <textarea id="poll-question" name="question" rows="3" maxlength="500" required></textarea>
        ${items.length ? html`
          <label for="poll-item">${t('Thuộc nội dung')}</label>
          <select id="poll-item" name="item" class="form-select"><option value="">${t('Không thuộc nội dung nào')}</option>
            ${items.filter((one) => !one.hidden).map((one) => html`<option value=${one.id} ?selected=${one.id === item}>${one.order}. ${one.title}</option>`)}</select>` : nothing}
        <fieldset><legend>${t('Hình thức')}</legend>
          <label class="check"><input type="radio" name="kind" value="open" checked @change=${() => { this.secret = false; }}> ${t('Biểu quyết công khai')}</label>
          <label class="check"><input type="radio" name="kind" value="secret" @change=${() => { this.secret = true; }}> ${t('Bỏ phiếu kín')}</label>
        </fieldset>
        ${this.select('threshold', t('Tỷ lệ thông qua'), { majority: thresholdWords('majority'), two_thirds: thresholdWords('two_thirds'), all: thresholdWords('all') })}
        ${this.select('base', t('Tính trên'), { members: baseWords('members'), present: baseWords('present'), cast: baseWords('cast') })}
        ${this.select('quorum', t('Điều kiện tiến hành'), { majority: t('Có mặt quá nửa số thành viên'), two_thirds: t('Có mặt ít nhất hai phần ba số thành viên'), none: t('Không yêu cầu') })}
        <label class="check"><input type="checkbox" name="with_other" checked> ${t('Cho phép ý kiến khác')}</label>
        ${this.secret ? nothing : html`<label class="check"><input type="checkbox" name="may_change"> ${t('Được đổi ý khi đang biểu quyết')}</label>`}
        <div class="button-set">
          <button type="submit" class="btn btn-primary" ?disabled=${this.sending}>${t('Lưu câu hỏi')}</button>
          <button type="button" class="btn btn-secondary" @click=${() => this.close()}>${t('Thôi')}</button>
        </div>
      </form>`;
  }

  protected override firstUpdated(): void {
    this.querySelector('textarea')?.focus();
  }

  private select(name: Rule, label: string, options: Record<string, string>): TemplateResult {
    return html`<label for="poll-${name}">${label}</label>
      <select id="poll-${name}" name=${name} class="form-select">${Object.entries(options).map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select>`;
  }

  private readonly send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(form.get(name) ?? '');
    if (this.sending) return;
    this.sending = true;
    const done = await this.room.ask({
      type: 'poll.create', key: this.key, question: text('question'), item: Number(text('item')) || null,
      kind: text('kind') as 'open' | 'secret', with_other: form.has('with_other'), may_change: form.has('may_change'),
      threshold: text('threshold') as 'majority', base: text('base') as 'members', quorum: text('quorum') as 'majority',
    }, { lasting: true });
    this.sending = false;
    if (done) this.close();
  };

  private close(): void {
    this.room.keeper.forget(POLL_DRAFT);
    this.key = newKey();
    this.dispatchEvent(new CustomEvent('closed'));
  }
}
