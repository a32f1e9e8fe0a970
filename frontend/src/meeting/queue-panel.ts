/** `<eo-queue-panel>`: who waits for the floor, in the order of asking, and for how long. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { formatTime, t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-queue-panel')
export class QueuePanel extends RoomElement {
  static override topics: readonly Topic[] = ['queue', 'floor', 'rights', 'meetingState', 'rosterVersion'];

  override render(): TemplateResult {
    const { queue, floor, roster, rights } = this.room.state;
    return html`
      <div class="panel-scroll">
        ${floor ? html`
          <div class="queue-now">
            <p class="muted">${t('Đang phát biểu từ {time}', { time: formatTime(new Date(floor.at)) })}</p>
            <p><strong>${roster.name(floor.site)}</strong></p>
            ${rights.chair ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'floor.end' })}>
              ${icon('mic-mute')} ${t('Thu lời')}</button>` : nothing}
          </div>` : nothing}
        ${queue.length ? html`<ol class="queue">${queue.map((request, index) => this.row(request.site, request.at, index))}</ol>`
          : html`<div class="empty">${icon('hand-index-thumb')}<p>${t('Chưa có điểm cầu nào xin phát biểu.')}</p></div>`}
      </div>`;
  }

  private row(site: number, at: string, index: number): TemplateResult {
    const { roster, rights, meetingState, me } = this.room.state;
    return html`
      <li class=${site === me.site ? 'queue-mine' : ''}>
        <span class="queue-place number">${index + 1}</span>
        <span class="queue-site">${roster.name(site)}<span class="muted">${t('xin lúc {time}', { time: formatTime(new Date(at)) })}</span></span>
        ${rights.chair && meetingState === 'in_session' ? html`
          <button type="button" class="btn btn-sm ${index === 0 ? 'btn-primary' : 'btn-secondary'}" aria-label=${t('Mời {site} phát biểu', { site: roster.name(site) })}
            @click=${() => void this.room.ask({ type: 'floor.grant', site })}>${t('Mời')}</button>` : nothing}
        ${site === me.site ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'floor.withdraw' })}>${t('Rút')}</button>` : nothing}
      </li>`;
  }
}
