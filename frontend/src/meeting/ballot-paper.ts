/** `<eo-ballot-paper>`: where one person votes. Big buttons; asked again before what cannot be taken back. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import type { MyBallot, PollState } from '../generated/protocol';
import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { newKey } from '../lib/uuid';
import { RoomElement, icon } from './element';
import { kept } from './kept';
import type { Topic } from './room';
import { CHOICES, choiceIcon, choiceWords, type ChoiceName } from './vote-words';

/** As the server's `balloting`. */
const LONGEST = { open: 1000, secret: 300 };

@customElement('eo-ballot-paper')
export class BallotPaper extends RoomElement {
  static override topics: readonly Topic[] = [];

  @property({ attribute: false }) poll!: PollState;
  @property({ attribute: false }) ballot!: MyBallot;
  @state() private sending = false;
  /** The text of "other" is being written. */
  @state() private writing = false;
  /** Voting once more, where that is allowed. */
  @state() private again = false;

  override render(): TemplateResult {
    const { poll, ballot } = this;
    if (ballot.cast && !this.again) return this.receipt();
    if (poll.state === 'paused') return html`<p class="vote-note">${icon('pause-circle')} ${t('Biểu quyết đang tạm dừng. Đợi chủ tọa cho tiếp tục.')}</p>`;
    return html`
      <div class="vote-choices" role="group" aria-label=${t('Lựa chọn của quý vị')}>
        ${CHOICES.filter((choice) => choice !== 'other' || poll.with_other).map((choice) => this.choice(choice))}
      </div>
      ${this.writing ? this.opinion() : nothing}
      ${poll.kind === 'secret' ? html`<p class="vote-note">${icon('shield-lock')} ${t('Phiếu kín: không ai, kể cả quản trị viên, tra được quý vị đã chọn gì. Lời văn của ý kiến có thể để lộ người viết.')}</p>` : nothing}`;
  }

  /** A secret opinion is written down nowhere before it is cast. */
  private get kept(): string { return this.poll.kind === 'open' ? `opinion-${this.poll.id}` : ''; }

  override connectedCallback(): void {
    super.connectedCallback();
    this.writing = this.kept !== '' && this.room.keeper.has(this.kept);
  }

  private choice(choice: ChoiceName): TemplateResult {
    const open = choice === 'other';
    return html`<button type="button" class="btn btn-lg vote-choice vote-choice-${choice}" data-choice=${choice} ?disabled=${this.sending}
      aria-expanded=${open ? this.writing : nothing} aria-pressed=${this.ballot.choice === choice ? 'true' : nothing}
      @click=${() => (open ? this.write() : void this.cast(choice, ''))}>${icon(choiceIcon(choice))} ${choiceWords(choice)}</button>`;
  }

  private opinion(): TemplateResult {
    return html`
      <form class="vote-opinion" ${kept(this.room.keeper, this.kept)} @submit=${this.sendOpinion}>
        <label for="vote-text">${t('Nội dung ý kiến (có thể để trống)')}</label>
        <textarea id="vote-text" name="text" rows="3" maxlength=${LONGEST[this.poll.kind]}>${this.ballot.text}</textarea>
        <button type="submit" class="btn btn-lg btn-primary" ?disabled=${this.sending}>${t('Gửi ý kiến khác')}</button>
      </form>`;
  }

  private receipt(): TemplateResult {
    const { poll, ballot } = this;
    return html`
      <div class="vote-receipt" role="status">${icon('check-circle-fill')}
        <div><p><strong>${t('Phiếu của quý vị đã được ghi nhận.')}</strong></p>
        ${ballot.choice ? html`<p>${t('Quý vị chọn: {choice}.', { choice: choiceWords(ballot.choice) })}${ballot.text ? html`<br>${ballot.text}` : nothing}</p>` : nothing}
        ${poll.may_change && poll.state === 'open' ? html`<button type="button" class="btn btn-secondary" @click=${() => { this.again = true; }}>${t('Đổi ý')}</button>` : nothing}</div>
      </div>`;
  }

  private write(): void {
    this.writing = !this.writing;
    if (this.writing) void this.updateComplete.then(() => this.querySelector('textarea')?.focus());
  }

  private readonly sendOpinion = (event: Event): void => {
    event.preventDefault();
    void this.cast('other', this.querySelector('textarea')?.value.trim() ?? '');
  };

  private async cast(choice: ChoiceName, text: string): Promise<void> {
    const { poll } = this;
    if (this.sending || (!poll.may_change && !(await this.sure(choice)))) return;
    this.sending = true;
    const done = await this.room.ask({ type: 'ballot.cast', poll: poll.id, key: newKey(), choice, text }, { lasting: true });
    this.sending = false;
    if (!done) return;
    this.room.keeper.forget(this.kept);
    this.again = false;
    this.writing = false;
  }

  private sure(choice: ChoiceName): Promise<boolean> {
    return confirmed({
      question: t('Gửi phiếu “{choice}”?', { choice: choiceWords(choice) }),
      detail: t('Phiếu đã gửi thì không đổi được.'),
      action: t('Gửi phiếu'),
      harm: false,
    });
  }
}
