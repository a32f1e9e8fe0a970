/** `<eo-consultation-panel>`: the consultation rooms I know of, who is in them, and opening one. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';

import type { ConsultationState } from '../generated/protocol';
import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { holds, leftWords } from './consultation';
import './consultation-form';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

const TICK_MS = 500;
/** As meetings.consultations.ANNOUNCED_S. */
const ANNOUNCED_S = 5;

@customElement('eo-consultation-panel')
export class ConsultationPanel extends RoomElement {
  static override topics: readonly Topic[] = ['consultations', 'consulting', 'rights', 'me', 'meetingState', 'roster'];

  @state() private opening = false;
  /** I have announced myself to that room and go in by myself in a moment. */
  @state() private visiting = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private visit: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    clearTimeout(this.visit);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { consultations, rights, meetingState } = this.room.state;
    return html`
      <div class="panel-scroll" tabindex="0" role="region" aria-label=${t('Phòng hội ý')}>
        ${rights.admit && consultations.length ? html`
          <button type="button" class="btn btn-primary btn-block" data-tool="recall-all" @click=${() => void this.recallAll()}>${icon('megaphone')} ${t('Gọi tất cả về phòng họp')}</button>` : nothing}
        ${consultations.length ? html`<ul class="rows consultations">${repeat(consultations, ({ id }) => id, (room) => this.row(room))}</ul>`
          : html`<div class="empty">${icon('people')}<p>${t('Chưa có phòng hội ý nào.')}</p>
            <p class="muted">${t('Trong phòng hội ý, các điểm cầu được mời nói chuyện riêng; phòng họp không nghe thấy và không ghi hình.')}</p></div>`}
        ${this.form(rights.consult, meetingState === 'in_session')}
      </div>`;
  }

  protected override updated(): void { this.tick(); }

  private form(may: boolean, sits: boolean): TemplateResult | typeof nothing {
    if (!may) return nothing;
    if (!sits) return html`<p class="muted">${t('Mở được phòng hội ý khi cuộc họp đã khai mạc.')}</p>`;
    if (this.opening) return html`<eo-consultation-form .room=${this.room} @opened=${() => { this.opening = false; }}></eo-consultation-form>`;
    return html`<button type="button" class="btn btn-secondary btn-block" data-tool="consultation-new" @click=${() => { this.opening = true; }}>${icon('plus-lg')} ${t('Mở phòng hội ý')}</button>`;
  }

  private row(room: ConsultationState): TemplateResult {
    const { roster, consulting } = this.room.state;
    const here = new Set(room.inside.map(({ site }) => site));
    const missing = room.sites.filter((site) => !here.has(site));
    return html`
      <li data-consultation=${room.id}>
        <div class="rows-main">
          <strong>${room.name}</strong> ${room.id === consulting ? html`<span class="chip chip-success">${t('Quý vị ở đây')}</span>` : nothing}
          <div class="muted">${room.recalled ? t('Đang gọi về, còn') : t('Còn')} <span class="number" data-ends=${room.ends_at}></span> · ${t('{name} mở', { name: room.by })}</div>
          <ul class="consultation-inside">${room.inside.map((seat) => html`<li>${icon('person')} ${seat.name} <span class="muted">${roster.name(seat.site)}</span></li>`)}</ul>
          ${missing.length ? html`<details><summary>${t('Chưa vào: {count} điểm cầu', { count: missing.length })}</summary><p class="muted">${missing.map((site) => roster.name(site)).join(', ')}</p></details>` : nothing}
        </div>
        <div class="button-set">${this.ways(room)}${this.steering(room)}</div>
      </li>`;
  }

  private ways(room: ConsultationState): TemplateResult | typeof nothing {
    const { consulting, me, rights } = this.room.state;
    if (room.id === consulting) {
      return html`<button type="button" class="btn btn-primary btn-sm" data-tool="panel-leave" @click=${() => void this.room.ask({ type: 'consultation.leave' })}>${t('Về phòng họp')}</button>`;
    }
    if (room.sites.includes(me.site)) {
      return html`<button type="button" class="btn btn-primary btn-sm" data-tool="panel-enter" @click=${() => void this.room.ask({ type: 'consultation.enter', consultation: room.id })}>${t('Vào phòng hội ý')}</button>`;
    }
    if (!rights.admit) return nothing;
    return html`<button type="button" class="btn btn-secondary btn-sm" data-tool="visit" ?disabled=${this.visiting === room.id} @click=${() => void this.announce(room)}>
      ${this.visiting === room.id ? t('Đã báo, vào sau {seconds} giây…', { seconds: ANNOUNCED_S }) : t('Báo trước và vào')}</button>`;
  }

  private steering(room: ConsultationState): TemplateResult | typeof nothing {
    if (!holds(room, this.room.state)) return nothing;
    return html`
      <button type="button" class="btn btn-secondary btn-sm" data-tool="panel-more" @click=${() => void this.room.ask({ type: 'consultation.extend', consultation: room.id, minutes: 5 })}>${t('Thêm 5 phút')}</button>
      ${room.recalled ? nothing : html`<button type="button" class="btn btn-secondary btn-sm" data-tool="panel-recall" @click=${() => void this.room.ask({ type: 'consultation.recall', consultation: room.id })}>${t('Gọi về')}</button>`}`;
  }

  private async announce(room: ConsultationState): Promise<void> {
    if (!(await this.room.ask({ type: 'consultation.announce', consultation: room.id }))) return;
    this.visiting = room.id;
    clearTimeout(this.visit);
    this.visit = setTimeout(() => {
      this.visiting = 0;
      void this.room.ask({ type: 'consultation.enter', consultation: room.id });
    }, (ANNOUNCED_S + 0.5) * 1000);
  }

  private async recallAll(): Promise<void> {
    const yes = await confirmed({
      question: t('Gọi tất cả về phòng họp?'), detail: t('Mọi phòng hội ý được báo và có 30 giây để trở về; sau đó hệ thống tự đưa về.'),
      action: t('Gọi tất cả về'), harm: false,
    });
    if (yes) await this.room.ask({ type: 'consultation.recall' });
  }

  private tick(): void {
    const now = this.room.speaking.clock.now();
    for (const element of this.querySelectorAll<HTMLElement>('[data-ends]')) {
      const words = leftWords({ ends_at: element.dataset.ends ?? '' }, now);
      if (element.textContent !== words) element.textContent = words;
    }
  }
}
