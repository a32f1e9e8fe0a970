/** `<eo-attendance-line>`: whether I am checked in, how many are, and for who leads whether check-in is open. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';
import type { Intent } from './signalling';

@customElement('eo-attendance-line')
export class AttendanceLine extends RoomElement {
  static override topics: readonly Topic[] = ['attendance', 'rights', 'meetingState'];

  /** Beside a vote: no more than what is needed to vote. */
  @property({ type: Boolean }) compact = false;
  @state() private busy = false;

  override render(): TemplateResult {
    const { attendance, rights, meetingState } = this.room.state;
    if (meetingState !== 'invited' && meetingState !== 'in_session') return html``;
    const { present, listed, members, members_present: voters } = attendance;
    return html`
      <div class="attendance-line">
        <p>${icon('people')} <strong>${t('Có mặt {present} trong {listed} đại biểu', { present, listed })}</strong>${members ? html`<br><span class="muted">${t('Trong đó {voters} trong {members} thành viên có quyền biểu quyết', { voters, members })}</span>` : nothing}</p>
        <div class="button-set">
          ${this.mine()}
          ${rights.chair && !this.compact ? this.button(attendance.open ? 'roll_call.close' : 'roll_call.open', attendance.open ? t('Đóng điểm danh') : t('Mở điểm danh'), attendance.open ? 'lock' : 'unlock') : nothing}
        </div>
      </div>`;
  }

  private mine(): TemplateResult | typeof nothing {
    const { open, here } = this.room.state.attendance;
    if (here) return html`<span class="vote-note">${icon('check-circle-fill')} ${t('Quý vị đã điểm danh')}</span>${this.compact ? nothing : this.button('roll_call.leave', t('Tôi rời cuộc họp'), 'box-arrow-right')}`;
    if (!open) return html`<span class="muted">${t('Điểm danh chưa mở')}</span>`;
    return this.button('roll_call.arrive', t('Tôi có mặt'), 'check-circle', 'btn-primary btn-lg');
  }

  private button(type: 'roll_call.open' | 'roll_call.close' | 'roll_call.arrive' | 'roll_call.leave', words: string, name: string, look = 'btn-secondary'): TemplateResult {
    return html`<button type="button" class="btn ${look}" data-tool=${type} ?disabled=${this.busy} @click=${() => void this.ask({ type })}>${icon(name)} ${words}</button>`;
  }

  private async ask(message: Intent): Promise<void> {
    this.busy = true;
    await this.room.ask(message);
    this.busy = false;
  }
}
