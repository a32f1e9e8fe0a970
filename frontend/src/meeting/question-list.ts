/** `<eo-questions>`: question time (chất vấn): who questions whom, the chair's calls, and a form for one's own. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { QuestionState } from '../generated/protocol';
import { formatTime, t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { kept } from './kept';
import type { Topic } from './room';

/** Under which name a question is kept that is being written. */
const DRAFT = 'question';

@customElement('eo-questions')
export class Questions extends RoomElement {
  static override topics: readonly Topic[] = ['questions', 'call', 'floor', 'rights', 'meetingState', 'me'];

  @state() private writing = false;
  @state() private fault = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.writing = this.room.keeper.has(DRAFT);
  }

  override render(): TemplateResult {
    const { questions, rights } = this.room.state;
    return html`
      <section class="queue-part" aria-labelledby="questions-title">
        <h3 id="questions-title">${t('Chất vấn')}${questions.length ? html` <span class="muted number">${questions.length}</span>` : nothing}</h3>
        ${questions.length
          ? html`<ol class="questions">${repeat(questions, ({ id }) => id, (question) => this.row(question))}</ol>`
          : html`<p class="muted">${t('Chưa có nội dung chất vấn.')}</p>`}
        ${rights.ask ? this.form() : nothing}
      </section>`;
  }

  private row(question: QuestionState): TemplateResult {
    const { roster, rights, me, meetingState } = this.room.state;
    const names = { site: roster.name(question.site), target: roster.name(question.target) };
    return html`
      <li data-question=${question.id}>
        <p><strong>${names.site}</strong> ${icon('arrow-right')}<span class="visually-hidden"> ${t('chất vấn')} </span> <strong>${names.target}</strong> ${this.mark(question)}</p>
        <p>${question.topic}</p>
        <p class="muted">${t('gửi lúc {time}', { time: formatTime(new Date(question.at)) })}</p>
        <div class="button-set">
          ${rights.chair && meetingState === 'in_session' ? this.chairsButtons(question) : nothing}
          ${question.site === me.site && question.state === 'waiting' ? html`
            <button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'question.withdraw', question: question.id })}>${t('Rút')}</button>` : nothing}
        </div>
      </li>`;
  }

  private mark({ state: now, id }: QuestionState): TemplateResult | typeof nothing {
    const called = this.room.state.call?.question === id;
    if (called) return html`<span class="chip chip-warning">${t('Đang mời')}</span>`;
    if (now === 'asking') return html`<span class="chip chip-info">${t('Đã nêu chất vấn')}</span>`;
    if (now === 'answering') return html`<span class="chip chip-success">${t('Đang trả lời')}</span>`;
    return nothing;
  }

  private chairsButtons(question: QuestionState): TemplateResult {
    const { call } = this.room.state;
    const ask = (part: 'question' | 'answer') => void this.room.ask({ type: 'question.call', question: question.id, part });
    const first = question.state === 'waiting';
    return html`
      <button type="button" class="btn btn-sm ${first ? 'btn-primary' : 'btn-secondary'}" ?disabled=${call !== null} @click=${() => ask('question')}>${t('Mời nêu chất vấn')}</button>
      <button type="button" class="btn btn-sm ${first ? 'btn-secondary' : 'btn-primary'}" ?disabled=${call !== null} @click=${() => ask('answer')}>${t('Mời trả lời')}</button>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'question.close', question: question.id, done: !first })}>
        ${first ? t('Không đưa ra') : t('Đã xong')}</button>`;
  }

  private form(): TemplateResult {
    if (!this.writing) {
      return html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => { this.writing = true; }}>${icon('question-diamond')} ${t('Gửi nội dung chất vấn')}</button>`;
    }
    const { roster, me } = this.room.state;
    const sites = roster.all().filter((site) => site.id !== me.site);
    return html`
      <form class="queue-ask" ${kept(this.room.keeper, DRAFT)} @submit=${(event: Event) => { event.preventDefault(); void this.send(); }}>
        <label for="question-target">${t('Chất vấn điểm cầu')}</label>
        <input id="question-target" name="target" list="question-sites" autocomplete="off" required aria-describedby="question-fault" aria-invalid=${this.fault ? 'true' : nothing}>
        <datalist id="question-sites">${sites.map((site) => html`<option value=${site.name}></option>`)}</datalist>
        <p class="field-error" id="question-fault" role="alert" ?hidden=${!this.fault}>${this.fault}</p>
        <label for="question-topic">${t('Nội dung')}</label>
        <textarea id="question-topic" name="topic" rows="3" maxlength="500" required></textarea>
        <div class="button-set">
          <button type="submit" class="btn btn-primary btn-sm">${t('Gửi')}</button>
          <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.close()}>${t('Thôi')}</button>
        </div>
      </form>`;
  }

  private async send(): Promise<void> {
    const name = this.querySelector<HTMLInputElement>('#question-target')?.value.trim() ?? '';
    const topic = this.querySelector<HTMLTextAreaElement>('#question-topic')?.value ?? '';
    const target = this.room.state.roster.all().find((site) => site.name === name);
    this.fault = target ? '' : t('Chọn một điểm cầu trong danh sách.');
    if (target && (await this.room.ask({ type: 'question.ask', target: target.id, topic }))) this.close();
  }

  private close(): void {
    this.room.keeper.forget(DRAFT);
    this.writing = false;
    this.fault = '';
  }
}
