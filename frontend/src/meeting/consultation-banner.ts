/** `<eo-consultation-banner>`: in which consultation room I am and how long it lasts; into which ones I am asked. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { ConsultationState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { toast } from '../lib/toast';
import { LAST_MINUTE_S, holds, invitations, leftWords, myConsultation, secondsOf } from './consultation';
import { RoomElement, icon } from './element';
import type { Topic } from './room';
import { chime } from './sounds';

const TICK_MS = 500;

@customElement('eo-consultation-banner')
export class ConsultationBanner extends RoomElement {
  static override topics: readonly Topic[] = ['consultations', 'consulting', 'carriesMedia', 'me', 'rights', 'roster'];

  /** Invitations that were put off; they stay in the panel. */
  @state() private putOff: readonly number[] = [];
  @state() private busy = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  /** The room of whose last minute I was told. */
  private warned = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { state: room } = this.room;
    const mine = myConsultation(room);
    const asked = room.carriesMedia || !room.rights.uplink ? invitations(room).filter(({ id }) => !this.putOff.includes(id)) : []; // beside the site's screen, in the panel
    return html`${mine ? this.inside(mine) : nothing}${mine ? nothing : asked.map((one) => this.invitation(one))}`;
  }

  protected override updated(): void { this.tick(); }

  private inside(room: ConsultationState): TemplateResult {
    const mayHold = holds(room, this.room.state);
    return html`
      <div class="banner banner-consultation ${room.recalled ? 'is-recalled' : ''}" role="status" data-banner="consultation">${icon('people-fill')}
        <p><strong>${room.recalled ? t('Mọi người được gọi về phòng họp.') : t('Đang hội ý: {name}', { name: room.name })}</strong>
          ${room.recalled ? t('Quý vị tự trở về sau') : t('Phòng họp không nghe thấy. Còn')} <span class="number" role="timer" data-left></span></p>
        <span class="button-set">
          ${mayHold && !room.recalled ? html`
            <button type="button" class="btn btn-secondary btn-sm" data-tool="consultation-more" @click=${() => void this.room.ask({ type: 'consultation.extend', consultation: room.id, minutes: 5 })}>${icon('plus-lg')} ${t('Thêm 5 phút')}</button>
            <button type="button" class="btn btn-secondary btn-sm" data-tool="consultation-recall" @click=${() => void this.room.ask({ type: 'consultation.recall', consultation: room.id })}>${t('Gọi tất cả về')}</button>` : nothing}
          <button type="button" class="btn btn-primary" data-tool="consultation-leave" ?disabled=${this.busy} @click=${() => void this.leave()}>${icon('box-arrow-left')} ${t('Về phòng họp')}</button>
        </span>
      </div>`;
  }

  private invitation(room: ConsultationState): TemplateResult {
    return html`
      <div class="banner banner-consultation" role="status" data-banner="invitation">${icon('people-fill')}
        <p><strong>${t('{name} mời vào phòng hội ý: {room}', { name: room.by, room: room.name })}</strong>
          ${t('{count} người đã vào.', { count: room.inside.length })} ${t('Rời phòng họp để hội ý, xong thì trở lại.')}</p>
        <span class="button-set">
          <button type="button" class="btn btn-primary" data-tool="consultation-enter" ?disabled=${this.busy} @click=${() => void this.enter(room)}>${icon('box-arrow-in-right')} ${t('Vào phòng hội ý')}</button>
          <button type="button" class="btn btn-secondary" data-tool="consultation-later" @click=${() => { this.putOff = [...this.putOff, room.id]; }}>${t('Để sau')}</button>
        </span>
      </div>`;
  }

  private async enter(room: ConsultationState): Promise<void> {
    this.busy = true;
    await this.room.ask({ type: 'consultation.enter', consultation: room.id });
    this.busy = false;
  }

  private async leave(): Promise<void> {
    this.busy = true;
    await this.room.ask({ type: 'consultation.leave' });
    this.busy = false;
  }

  private tick(): void {
    const mine = myConsultation(this.room.state);
    const words = this.querySelector('[data-left]');
    if (!mine || !words) return;
    const now = this.room.speaking.clock.now();
    const left = leftWords(mine, now);
    if (words.textContent !== left) words.textContent = left;
    if (secondsOf(mine, now) > LAST_MINUTE_S) this.warned = 0;
    else if (this.warned !== mine.id && !mine.recalled) {
      this.warned = mine.id;
      toast(t('Còn một phút hội ý.'), { seconds: 5 });
      void chime(this.room.choices.loudspeaker);
    }
  }
}
