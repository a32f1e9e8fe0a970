/** `<eo-side-panel>`: the rail of panels, and the one that is open. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import './agenda-panel';
import './attendance-panel';
import './chat-panel';
import './conclusions-panel';
import './direction-panel';
import './attachment-panel';
import './consultation-panel';
import './door-panel';
import './line-panel';
import { RoomElement, icon } from './element';
import type { Tab } from './layout';
import './paper-panel';
import './queue-panel';
import type { Topic } from './room';
import './site-board';
import './vote-panel';
import { currentPoll, goingOn } from './voting';

interface Panel {
  tab: Tab;
  icon: string;
  label: string;
  count?: number;
  /** What the number means. */
  counted?: string;
}

@customElement('eo-side-panel')
export class SidePanel extends RoomElement {
  static override topics: readonly Topic[] = ['layout', 'queue', 'chat', 'chatting', 'consultations', 'attachments', 'rights', 'document', 'presence', 'me', 'lobby', 'voting', 'attendance'];

  private shown: Tab | undefined;
  /** Opened once, the conclusions stay, so that what was typed there is not lost. */
  private conclusions = false;

  override render(): TemplateResult {
    const { tab } = this.room.layout;
    const panels = this.panels();
    const open = tab === 'line' ? { tab, icon: 'wifi', label: t('Đường truyền') } : panels.find((panel) => panel.tab === tab);
    if (tab === 'conclusions') this.conclusions = true;
    return html`
      <nav class="rail" aria-label=${t('Các khung thông tin')}>${panels.map((panel) => this.button(panel, panel === open))}</nav>
      <section class="panel" id="room-panel" aria-labelledby="panel-title" ?hidden=${!open}>
        <header class="panel-head">
          <h2 id="panel-title" tabindex="-1">${open?.label ?? ''}</h2>
          <button type="button" class="icon-button" aria-label=${t('Đóng khung này')} @click=${() => this.close(tab)}>${icon('x-lg')}</button>
        </header>
        ${open ? this.body(open.tab) : nothing}
        ${this.conclusions
          ? html`<eo-conclusions-panel class="panel-body" ?hidden=${tab !== 'conclusions'} .room=${this.room}></eo-conclusions-panel>` : nothing}
      </section>`;
  }

  protected override updated(): void {
    const { tab } = this.room.layout;
    if (tab && tab !== this.shown) this.querySelector<HTMLElement>('#panel-title')?.focus();
    this.shown = tab;
  }

  private panels(): Panel[] {
    const { state, config } = this.room;
    const unread = [...this.room.chatting.unread().values()].reduce((sum, count) => sum + count, 0);
    const panels: Panel[] = [
      { tab: 'sites', icon: 'diagram-3', label: t('Điểm cầu'), count: state.roster.present.length, counted: t('đã vào phòng') },
      { tab: 'queue', icon: 'hand-index-thumb', label: t('Chờ phát biểu'), count: state.queue.length, counted: t('đang chờ') },
      { tab: 'agenda', icon: 'list-task', label: t('Chương trình') },
      { tab: 'papers', icon: 'file-earmark-text', label: t('Tài liệu') },
      { tab: 'votes', icon: 'check2-square', label: t('Biểu quyết'), count: goingOn(currentPoll(state.voting)) ? 1 : 0, counted: t('đang biểu quyết') },
      { tab: 'attendance', icon: 'person-check', label: t('Điểm danh'), count: state.attendance.present, counted: t('có mặt') },
      { tab: 'chat', icon: 'chat-dots', label: t('Trao đổi'), count: unread, counted: t('tin chưa đọc') },
    ];
    if (state.rights.direct) panels.push({ tab: 'direction', icon: 'broadcast', label: t('Đạo diễn hình') });
    if (state.rights.consult || state.consultations.length) panels.push({ tab: 'consultations', icon: 'people-fill', label: t('Hội ý'), count: state.consultations.length, counted: t('phòng đang mở') });
    if (state.rights.chair || state.rights.direct) panels.push({ tab: 'attachments', icon: 'link-45deg', label: t('Nối cầu'), count: state.attachments.length, counted: t('cuộc họp') });
    if (state.rights.admit) panels.push({ tab: 'door', icon: 'door-open', label: t('Cửa phòng'), count: state.lobby.filter((entry) => entry.state === 'waiting').length, counted: t('đang chờ vào') });
    if (config.urls.conclusions_panel) panels.push({ tab: 'conclusions', icon: 'card-checklist', label: t('Kết luận') });
    return panels;
  }

  private button({ tab, icon: name, label, count, counted }: Panel, open: boolean): TemplateResult {
    return html`
      <button type="button" class="rail-button" data-panel=${tab} aria-expanded=${open} aria-controls="room-panel"
        @click=${() => this.room.layout.open(tab)}>
        ${icon(name)}<span>${label}</span>
        ${count ? html`<span class="rail-count"><span class="number">${count}</span><span class="visually-hidden"> ${counted}</span></span>` : nothing}
      </button>`;
  }

  private close(tab: Tab | undefined): void {
    this.room.layout.open(undefined);
    void this.updateComplete.then(() => document.querySelector<HTMLElement>(`[data-panel=${tab}]`)?.focus());
  }

  private body(tab: Tab): TemplateResult {
    const { room } = this;
    switch (tab) {
      case 'sites': return html`<eo-site-board class="panel-body" .room=${room}></eo-site-board>`;
      case 'queue': return html`<eo-queue-panel class="panel-body" .room=${room}></eo-queue-panel>`;
      case 'agenda': return html`<eo-agenda-panel class="panel-body" .room=${room}></eo-agenda-panel>`;
      case 'papers': return html`<eo-paper-panel class="panel-body" .room=${room}></eo-paper-panel>`;
      case 'chat': return html`<eo-chat-panel class="panel-body" .room=${room}></eo-chat-panel>`;
      case 'direction': return html`<eo-direction-panel class="panel-body" .room=${room}></eo-direction-panel>`;
      case 'consultations': return html`<eo-consultation-panel class="panel-body" .room=${room}></eo-consultation-panel>`;
      case 'attachments': return html`<eo-attachment-panel class="panel-body" .room=${room}></eo-attachment-panel>`;
      case 'door': return html`<eo-door-panel class="panel-body" .room=${room}></eo-door-panel>`;
      case 'votes': return html`<eo-vote-panel class="panel-body" .room=${room}></eo-vote-panel>`;
      case 'attendance': return html`<eo-attendance-panel class="panel-body" .room=${room}></eo-attendance-panel>`;
      case 'line': return html`<eo-line-panel class="panel-body" .room=${room}></eo-line-panel>`;
      case 'conclusions': return html``;
      default: return neverDrawn(tab);
    }
  }
}

function neverDrawn(_tab: never): TemplateResult { return html``; }
