/** `<eo-agenda-panel>`: the agenda, where the meeting is, and the papers of each item. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import type { ItemState, PaperState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-agenda-panel')
export class AgendaPanel extends RoomElement {
  static override topics: readonly Topic[] = ['items', 'item', 'rights', 'document', 'meetingState', 'layout'];

  override render(): TemplateResult {
    const { items } = this.room.state;
    return html`<div class="panel-scroll">${items.length
      ? html`<ol class="agenda">${items.map((item, index) => this.item(item, index))}</ol>`
      : html`<div class="empty">${icon('list-task')}<p>${t('Cuộc họp này chưa có chương trình.')}</p></div>`}</div>`;
  }

  private item(item: ItemState, index: number): TemplateResult {
    const { state } = this.room;
    const current = item.id === state.item;
    const mayMove = state.rights.chair && state.meetingState === 'in_session' && !current && !item.hidden;
    return html`
      <li class=${current ? 'is-current' : ''} aria-current=${current ? 'step' : nothing}>
        <div class="agenda-head"><span class="agenda-number number">${index + 1}</span>
          <div><h3>${item.title}</h3>
            <p class="muted">${[item.presenter, t('{minutes} phút', { minutes: item.minutes })].filter(Boolean).join(' – ')}</p></div></div>
        ${item.confidential ? html`<p class="chip chip-warning">${icon('lock')}${item.hidden ? t('Mục kín, không dành cho quý vị') : t('Mục kín')}</p>` : nothing}
        ${current ? html`<p class="chip chip-success">${icon('play-circle')}${t('Đang họp mục này')}</p>` : nothing}
        ${mayMove ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.room.ask({ type: 'item.open', item: item.id })}>
          ${icon('arrow-right')} ${t('Chuyển đến mục này')}</button>` : nothing}
        ${item.barred ? barred() : nothing}
        ${item.papers.length ? html`<ul class="agenda-papers">${item.papers.map((paper) => paperRow(this, paper))}</ul>` : nothing}
      </li>`;
  }
}

/** I am kept out of the papers of an item. */
export function barred(): TemplateResult {
  return html`<p class="chip chip-warning paper-barred">${icon('lock')}${t('Quý vị không xem tài liệu của mục này')}</p>`;
}

/** One paper with what may be done with it. */
export function paperRow({ room }: RoomElement, paper: PaperState): TemplateResult {
  const { state } = room;
  const open = state.document?.version === paper.version;
  return html`
    <li class="paper-row">
      <span class="paper-title">${icon('file-earmark-text')}<span>${paper.title} <span class="muted">(${t('{pages} trang', { pages: paper.pages })})</span></span></span>
      <span class="button-set">
        ${open
          ? html`<span class="chip chip-info">${t('Đang mở cho mọi người')}</span>`
          : html`<button type="button" class="btn btn-secondary btn-sm" aria-label=${t('Mở {title} để xem riêng', { title: paper.title })}
              @click=${() => room.desk.readAlone(paper)}>${t('Mở')}</button>`}
        ${state.rights.present && !open
          ? html`<button type="button" class="btn btn-secondary btn-sm" aria-label=${t('Trình chiếu {title} cho mọi người', { title: paper.title })}
              @click=${() => void room.desk.present(paper.version)}>${icon('easel')} ${t('Trình chiếu cho mọi người')}</button>` : nothing}
      </span>
    </li>`;
}
