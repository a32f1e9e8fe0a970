/** `<eo-vote-panel>`: what is being voted on, my ballot, and for who leads what comes next. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { PollState } from '../generated/protocol';
import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import './attendance-line';
import './ballot-paper';
import { fill } from './config';
import { RoomElement, icon } from './element';
import './poll-desk';
import { POLL_DRAFT } from './poll-form';
import type { Topic } from './room';
import { voteResult } from './vote-result';
import { hasQuorum, kindWords, quorumWords, ruleWords, stateWords, turnoutValue, turnoutWords } from './vote-words';
import { currentPoll, myBallot } from './voting';

type Step = 'poll.ready' | 'poll.open' | 'poll.pause' | 'poll.close' | 'poll.publish';

@customElement('eo-vote-panel')
export class VotePanel extends RoomElement {
  static override topics: readonly Topic[] = ['voting', 'attendance', 'rights', 'meetingState'];

  @state() private writing = false;
  @state() private busy = false;

  /** A question that was being written before a reload lies open again. */
  override connectedCallback(): void {
    super.connectedCallback();
    this.writing = this.room.keeper.has(POLL_DRAFT);
  }

  override render(): TemplateResult {
    const { voting, rights } = this.room.state;
    const current = currentPoll(voting);
    const prepared = voting.polls.filter((poll) => poll.state === 'prepared');
    const past = voting.polls.filter((poll) => poll !== current && poll.state !== 'prepared').reverse();
    return html`
      <div class="panel-scroll votes">
        <eo-attendance-line compact .room=${this.room}></eo-attendance-line>
        ${current ? this.current(current) : html`<div class="empty">${icon('check2-square')}<p>${t('Chưa có nội dung nào đưa ra biểu quyết.')}</p></div>`}
        ${rights.chair ? this.prepared(prepared, current) : nothing}
        ${past.length ? html`<h3>${t('Đã biểu quyết')}</h3>${repeat(past, (poll) => poll.id, (poll) => this.past(poll))}` : nothing}
      </div>`;
  }

  private current(poll: PollState): TemplateResult {
    const { rights } = this.room.state;
    const running = ['ready', 'open', 'paused'].includes(poll.state);
    return html`
      <article class="vote" data-poll=${poll.id}>
        <p class="vote-head"><span class="chip">${kindWords(poll)}</span> <strong>${stateWords(poll)}</strong></p>
        <h3 class="vote-question">${poll.question}</h3>
        <p class="muted">${ruleWords(poll)}</p>
        ${running ? this.turnout(poll) : nothing}
        ${this.mine(poll)}
        ${poll.result ? html`${poll.state === 'closed' ? html`<p class="vote-note">${icon('eye-slash')} ${t('Chỉ người điều hành và thư ký thấy kết quả này cho đến khi công bố.')}</p>` : nothing}${voteResult(poll, poll.result)}` : nothing}
        ${poll.state === 'closed' && !poll.result ? html`<p class="vote-note">${icon('hourglass-split')} ${t('Biểu quyết đã kết thúc. Chờ chủ tọa công bố kết quả.')}</p>` : nothing}
        ${poll.state === 'published' ? this.more(poll) : nothing}
        ${rights.chair ? this.steering(poll) : nothing}
      </article>`;
  }

  private turnout(poll: PollState): TemplateResult {
    return html`
      <div class="vote-turnout"><progress max=${Math.max(1, poll.turnout.members)} value=${turnoutValue(poll)} aria-label=${t('Số thành viên đã trả lời')}></progress>
        <p>${turnoutWords(poll)}</p>${poll.state === 'ready' ? html`<p class=${hasQuorum(poll) ? '' : 'vote-lacking'}>${quorumWords(poll)}</p>` : nothing}</div>`;
  }

  /** Where this person answers. */
  private mine(poll: PollState): TemplateResult | typeof nothing {
    const ballot = myBallot(this.room.state.voting, poll.id);
    if (!ballot.entitled || poll.state === 'published') return nothing;
    if (poll.state === 'ready') {
      if (ballot.ready) return html`<p class="vote-note" role="status">${icon('check-circle-fill')} ${t('Quý vị đã sẵn sàng. Đợi chủ tọa mở biểu quyết.')}</p>`;
      return html`<button type="button" class="btn btn-lg btn-primary vote-ready" data-tool="ready" ?disabled=${this.busy} @click=${() => void this.ask({ type: 'ballot.ready', poll: poll.id })}>${icon('check-circle')} ${t('Tôi sẵn sàng biểu quyết')}</button>`;
    }
    if (poll.state === 'closed' && !ballot.cast) return html`<p class="vote-note">${t('Quý vị không biểu quyết nội dung này.')}</p>`;
    return html`<eo-ballot-paper .room=${this.room} .poll=${poll} .ballot=${ballot}></eo-ballot-paper>`;
  }

  private more(poll: PollState): TemplateResult {
    return html`<p><a href=${fill(this.room.config.urls.poll, { poll: poll.id })} target="_blank" rel="noopener">${icon('box-arrow-up-right')} ${poll.kind === 'open' ? t('Xem từng đại biểu và bản in') : t('Xem ý kiến và bản in')}</a></p>`;
  }

  // --- who leads ------------------------------------------------------------------------------------

  private steering(poll: PollState): TemplateResult | typeof nothing {
    const step = (type: Step, words: string, name: string, look = 'btn-secondary'): TemplateResult => html`
      <button type="button" class="btn ${look}" data-tool=${type} ?disabled=${this.busy} @click=${() => void this.ask({ type, poll: poll.id })}>${icon(name)} ${words}</button>`;
    const steps: Record<string, TemplateResult[]> = {
      ready: [step('poll.open', t('Mở biểu quyết'), 'play-circle', hasQuorum(poll) ? 'btn-primary' : 'btn-secondary')],
      open: [step('poll.close', t('Kết thúc biểu quyết'), 'stop-circle', 'btn-primary'), step('poll.pause', t('Tạm dừng'), 'pause-circle')],
      paused: [step('poll.open', t('Tiếp tục'), 'play-circle', 'btn-primary'), step('poll.close', t('Kết thúc biểu quyết'), 'stop-circle')],
      closed: [step('poll.publish', t('Công bố kết quả'), 'megaphone', 'btn-primary')],
    };
    const shown = steps[poll.state];
    if (!shown) return nothing;
    return html`
      <div class="vote-steering" role="group" aria-label=${t('Điều hành biểu quyết')}>${shown}
        <a class="btn btn-outline-danger" href=${fill(this.room.config.urls.poll_annul, { poll: poll.id })} target="_blank" rel="noopener">${t('Hủy biểu quyết')}</a></div>
      ${poll.state === 'closed' ? nothing : html`<eo-poll-desk .room=${this.room} .poll=${poll}></eo-poll-desk>`}`;
  }

  private prepared(polls: readonly PollState[], current: PollState | undefined): TemplateResult {
    const free = this.room.state.meetingState === 'in_session' && !(current && ['ready', 'open', 'paused'].includes(current.state));
    return html`
      <h3>${t('Câu hỏi đã chuẩn bị')}</h3>
      ${polls.length ? html`<ul class="vote-list">${repeat(polls, (poll) => poll.id, (poll) => html`
        <li><p><strong>${poll.question}</strong></p><p class="muted">${kindWords(poll)}. ${ruleWords(poll)}</p>
          ${free ? html`<button type="button" class="btn btn-secondary" data-tool="poll.ready" ?disabled=${this.busy} @click=${() => void this.ask({ type: 'poll.ready', poll: poll.id })}>${icon('people')} ${t('Kiểm tra sẵn sàng')}</button>` : nothing}</li>`)}</ul>`
        : html`<p class="muted">${t('Chưa có câu hỏi nào.')}</p>`}
      ${this.writing ? html`<eo-poll-form .room=${this.room} @closed=${() => { this.writing = false; }}></eo-poll-form>`
        : html`<button type="button" class="btn btn-secondary" data-tool="poll.new" @click=${() => { this.writing = true; }}>${icon('plus-lg')} ${t('Soạn câu hỏi')}</button>`}`;
  }

  private past(poll: PollState): TemplateResult {
    return html`<details class="vote-past"><summary>${poll.question}</summary>
      ${poll.result ? html`${voteResult(poll, poll.result)}${poll.state === 'published' ? this.more(poll) : nothing}` : html`<p>${stateWords(poll)}</p>`}
      ${poll.state === 'closed' && this.room.state.rights.chair ? this.steering(poll) : nothing}</details>`;
  }

  private async ask(message: { type: Step | 'ballot.ready'; poll: number }): Promise<void> {
    if (this.busy || !(await this.sure(message.type))) return;
    this.busy = true;
    await this.room.ask(message);
    this.busy = false;
  }

  private async sure(type: Step | 'ballot.ready'): Promise<boolean> {
    if (type !== 'poll.close') return true;
    return confirmed({
      question: t('Kết thúc biểu quyết?'), detail: t('Ai chưa biểu quyết sẽ không biểu quyết được nữa.'), action: t('Kết thúc biểu quyết'), harm: false,
    });
  }
}
