/** `<eo-side-panel>`: the rail of panels, and the one that is open. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import './agenda-panel';
import './chat-panel';
import './conclusions-panel';
import { RoomElement, icon } from './element';
import type { Tab } from './layout';
import './paper-panel';
import './queue-panel';
import type { Topic } from './room';
import './roster-panel';

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
  static override topics: readonly Topic[] = ['layout', 'queue', 'chat', 'rights', 'document', 'presence', 'me'];

  private shown: Tab | undefined;
  /** Opened once, the conclusions stay, so that what was typed there is not lost. */
  private conclusions = false;

  override render(): TemplateResult {
    const { tab } = this.room.layout;
    const panels = this.panels();
    const open = panels.find((panel) => panel.tab === tab);
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
    const { state, layout, config } = this.room;
    const unread = layout.tab === 'chat' ? 0 : state.chat.filter((entry) => entry.id > layout.readChat && entry.sender_id !== state.me.person).length;
    const panels: Panel[] = [
      { tab: 'sites', icon: 'diagram-3', label: t('Điểm cầu'), count: state.roster.present.length, counted: t('đã vào phòng') },
      { tab: 'queue', icon: 'hand-index-thumb', label: t('Chờ phát biểu'), count: state.queue.length, counted: t('đang chờ') },
      { tab: 'agenda', icon: 'list-task', label: t('Chương trình') },
      { tab: 'papers', icon: 'file-earmark-text', label: t('Tài liệu') },
      { tab: 'chat', icon: 'chat-dots', label: t('Trao đổi'), count: unread, counted: t('tin chưa đọc') },
    ];
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
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-panel=${tab}]`)?.focus());
  }

  private body(tab: Tab): TemplateResult {
    const { room } = this;
    switch (tab) {
      case 'sites': return html`<eo-roster-panel class="panel-body" .room=${room}></eo-roster-panel>`;
      case 'queue': return html`<eo-queue-panel class="panel-body" .room=${room}></eo-queue-panel>`;
      case 'agenda': return html`<eo-agenda-panel class="panel-body" .room=${room}></eo-agenda-panel>`;
      case 'papers': return html`<eo-paper-panel class="panel-body" .room=${room}></eo-paper-panel>`;
      case 'chat': return html`<eo-chat-panel class="panel-body" .room=${room}></eo-chat-panel>`;
      case 'conclusions': return html``;
      default: return neverDrawn(tab);
    }
  }
}

function neverDrawn(_tab: never): TemplateResult { return html``; }
