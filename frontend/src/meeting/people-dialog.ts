/** `<eo-people-dialog>`: the people of one site. Chair and secretaries change roles, hand over the chair, put out. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { confirmed } from '../lib/confirm';
import { UserError, getJson } from '../lib/http';
import { t } from '../lib/i18n';
import { toastError } from '../lib/toast';
import { fill } from './config';
import { RoomElement, icon } from './element';
import { reasonFor } from './reason';
import { ASSIGNABLE, roleName, type RoleName } from './roles';
import type { Topic } from './room';

interface Seat {
  person: number;
  name: string;
  title: string;
  role: RoleName;
  inside: boolean;
  note: string;
  stands_in: boolean;
}

interface SitePeople {
  site: string;
  phone: string;
  people: Seat[];
}

const NEVER_PRESIDE: readonly RoleName[] = ['observer', 'technician', 'operator'];

@customElement('eo-people-dialog')
export class PeopleDialog extends RoomElement {
  static override topics: readonly Topic[] = ['rights', 'presiding'];

  @state() private shown: SitePeople | undefined;
  private site = 0;

  /** Shows who takes part at `site`. */
  async show(site: number): Promise<void> {
    this.site = site;
    if (!(await this.load())) return;
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
  }

  private async load(): Promise<boolean> {
    try {
      this.shown = await getJson<SitePeople>(fill(this.room.config.urls.site_people, { pk: this.site }));
      return true;
    } catch (error) {
      if (error instanceof UserError) toastError(error);
      return false;
    }
  }

  override render(): TemplateResult {
    const { shown } = this;
    if (!shown) return html``;
    return html`
      <dialog class="dialog dialog-wide" aria-labelledby="people-title" @close=${() => { this.shown = undefined; }}>
        <h2 id="people-title">${t('Người tại {site}', { site: shown.site })}</h2>
        ${shown.phone ? html`<p>${icon('telephone')} <a href="tel:${shown.phone}">${shown.phone}</a></p>` : nothing}
        ${shown.people.length ? html`<ul class="rows">${shown.people.map((seat) => this.row(seat))}</ul>` : html`<p class="muted">${t('Đơn vị chưa phân công người dự họp.')}</p>`}
        <form method="dialog" class="dialog-actions"><button class="btn btn-primary">${t('Xong')}</button></form>
      </dialog>`;
  }

  private row(seat: Seat): TemplateResult {
    const { presiding } = this.room.state;
    return html`
      <li data-person=${seat.person}>
        <div class="rows-main"><strong>${seat.name}</strong> ${presiding.person === seat.person ? html`<span class="chip chip-success">${t('Đang điều hành')}</span>` : nothing}
          <div class="muted">${seat.title}</div>${seat.note ? html`<div class="substitute-note">${seat.note}</div>` : nothing}<div class="muted">${seat.inside ? t('Đang trong phòng') : t('Chưa vào phòng')}</div></div>
        <div class="rows-side seat-tools">${this.roleChoice(seat)}${this.hand(seat)}${this.removal(seat)}</div>
      </li>`;
  }

  private roleChoice(seat: Seat): TemplateResult {
    if (seat.role === 'chair' || seat.stands_in) return html`<span class="chip">${roleName(seat.role)}</span>`;
    return html`
      <select aria-label=${t('Vai trò của {name}', { name: seat.name })} data-tool="role"
        @change=${(event: Event) => void this.setRole(seat, (event.target as HTMLSelectElement).value as RoleName)}>
        ${ASSIGNABLE.map((role) => html`<option value=${role} ?selected=${role === seat.role}>${roleName(role)}</option>`)}
      </select>`;
  }

  private hand(seat: Seat): TemplateResult | typeof nothing {
    const { rights, presiding } = this.room.state;
    const may = rights.presides || rights.role === 'chair';
    if (!may || presiding.person === seat.person || NEVER_PRESIDE.includes(seat.role)) return nothing;
    return html`<button type="button" class="btn btn-secondary btn-sm" data-tool="hand" @click=${() => void this.handOver(seat)}>${icon('arrow-left-right')} ${t('Giao điều hành')}</button>`;
  }

  private removal(seat: Seat): TemplateResult | typeof nothing {
    const { presiding } = this.room.state;
    if (!seat.inside || seat.role === 'chair' || seat.role === 'secretary' || presiding.person === seat.person) return nothing;
    return html`<button type="button" class="btn btn-outline-danger btn-sm" data-tool="remove" @click=${() => void this.putOut(seat)}>${icon('box-arrow-right')} ${t('Mời ra')}</button>`;
  }

  private async setRole(seat: Seat, role: RoleName): Promise<void> {
    await this.room.ask({ type: 'role.set', person: seat.person, role });
    await this.load();
  }

  private async handOver(seat: Seat): Promise<void> {
    const yes = await confirmed({
      question: t('Giao quyền điều hành cho {name}?', { name: seat.name }),
      detail: t('Từ lúc đó người này mời phát biểu, mở và kết thúc cuộc họp. Chủ trì lấy lại quyền lúc nào cũng được.'),
      action: t('Giao điều hành'),
      harm: false,
    });
    if (!yes) return;
    await this.room.ask({ type: 'chair.hand', person: seat.person });
    await this.load();
  }

  private async putOut(seat: Seat): Promise<void> {
    const reason = await reasonFor({
      question: t('Mời {name} ra khỏi phòng họp?', { name: seat.name }),
      detail: t('Người này thấy lý do và không vào lại được cho đến khi được cho vào lại. Việc này được ghi vào nhật ký.'),
      action: t('Mời ra'),
      required: true,
    });
    if (!reason) return;
    await this.room.ask({ type: 'person.remove', person: seat.person, reason });
    await this.load();
  }
}
