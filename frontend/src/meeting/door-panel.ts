/** `<eo-door-panel>`: who waits at the door, who was kept out, and the lock. For chair and secretaries. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import type { LobbyEntry } from '../generated/protocol';
import { formatTime, t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { reasonFor } from './reason';
import type { Topic } from './room';

@customElement('eo-door-panel')
export class DoorPanel extends RoomElement {
  static override topics: readonly Topic[] = ['lobby', 'locked', 'rights'];

  override render(): TemplateResult {
    const { lobby, locked } = this.room.state;
    const waiting = lobby.filter(({ state }) => state === 'waiting');
    const out = lobby.filter(({ state }) => state !== 'waiting');
    return html`
      <div class="panel-scroll" tabindex="0" role="region" aria-label=${t('Cửa phòng họp')}>
        <button type="button" class="btn btn-secondary btn-block" role="switch" aria-checked=${locked} data-tool="lock"
          @click=${() => void this.room.ask({ type: 'lock.set', locked: !locked })}>
          ${icon(locked ? 'lock-fill' : 'unlock')} ${locked ? t('Phòng đang khóa – bấm để mở') : t('Khóa phòng họp')}</button>
        <p class="muted">${t('Khi khóa, ai chưa vào phòng lần nào thì phải chờ cho vào.')}</p>
        <h3>${t('Đang chờ vào')} <span class="count">${waiting.length}</span></h3>
        ${waiting.length > 1 ? html`<button type="button" class="btn btn-primary btn-block" data-tool="admit-all"
          @click=${() => void this.room.ask({ type: 'lobby.admit' })}>${icon('people')} ${t('Cho vào tất cả')}</button>` : nothing}
        ${waiting.length ? html`<ul class="rows">${waiting.map((entry) => this.waitingRow(entry))}</ul>` : html`<p class="muted">${t('Không có ai đang chờ.')}</p>`}
        ${out.length ? html`<h3>${t('Không ở trong phòng')}</h3><ul class="rows">${out.map((entry) => this.outRow(entry))}</ul>` : nothing}
      </div>`;
  }

  private waitingRow(entry: LobbyEntry): TemplateResult {
    return html`
      <li data-person=${entry.person}>
        <div class="rows-main"><strong>${entry.name}</strong><div class="muted">${entry.title || entry.site_name}</div>
          <div class="muted">${t('Chờ từ {time}', { time: formatTime(new Date(entry.at)) })}</div></div>
        <div class="rows-side button-set">
          <button type="button" class="btn btn-primary btn-sm" data-tool="admit" aria-label=${t('Cho {name} vào', { name: entry.name })}
            @click=${() => void this.room.ask({ type: 'lobby.admit', person: entry.person })}>${t('Cho vào')}</button>
          <button type="button" class="btn btn-secondary btn-sm" data-tool="refuse" aria-label=${t('Không cho {name} vào', { name: entry.name })}
            @click=${() => void this.refuse(entry)}>${t('Từ chối')}</button>
        </div>
      </li>`;
  }

  private outRow(entry: LobbyEntry): TemplateResult {
    const words = entry.state === 'put_out' ? t('Đã mời ra') : t('Đã từ chối');
    return html`
      <li data-person=${entry.person}>
        <div class="rows-main"><strong>${entry.name}</strong><div class="muted">${entry.site_name}</div><div class="muted">${words}${entry.reason ? `: ${entry.reason}` : ''}</div></div>
        <div class="rows-side"><button type="button" class="btn btn-secondary btn-sm" data-tool="readmit" aria-label=${t('Cho {name} vào lại', { name: entry.name })}
          @click=${() => void this.room.ask({ type: 'lobby.admit', person: entry.person })}>${t('Cho vào lại')}</button></div>
      </li>`;
  }

  private async refuse(entry: LobbyEntry): Promise<void> {
    const reason = await reasonFor({
      question: t('Không cho {name} vào phòng họp?', { name: entry.name }),
      detail: t('Người này được báo kèm lý do.'),
      action: t('Từ chối'),
      required: false,
    });
    if (reason !== undefined) await this.room.ask({ type: 'lobby.refuse', person: entry.person, reason });
  }
}
