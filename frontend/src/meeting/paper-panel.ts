/** `<eo-paper-panel>`: the papers on the table, and the one that is open when it does not lie on the stage. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { barred, paperRow } from './agenda-panel';
import { RoomElement, icon } from './element';
import './paper-view';
import type { Topic } from './room';

@customElement('eo-paper-panel')
export class PaperPanel extends RoomElement {
  static override topics: readonly Topic[] = ['document', 'items', 'item', 'rights', 'layout', 'desk', 'contentSite'];

  override render(): TemplateResult {
    const { state, layout, desk } = this.room;
    const { open } = desk;
    const here = open && (!layout.paperOnStage || state.contentSite !== null);
    return html`
      ${open ? html`<div class="paper-place">
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => layout.set({ paperOnStage: !layout.paperOnStage })}>
          ${icon('easel')} ${layout.paperOnStage ? t('Đọc tài liệu trong khung này') : t('Đưa tài liệu lên màn hình chính')}</button></div>` : nothing}
      ${here ? html`<eo-paper-view .room=${this.room}></eo-paper-view>` : this.list()}`;
  }

  private list(): TemplateResult {
    const { items, item } = this.room.state;
    const ordered = [...items].sort((a, b) => Number(b.id === item) - Number(a.id === item));
    const tabled = ordered.filter((each) => each.papers.length > 0 || each.barred);
    if (!tabled.length) return html`<div class="empty">${icon('file-earmark-text')}<p>${t('Cuộc họp này chưa có tài liệu.')}</p></div>`;
    return html`<div class="panel-scroll">${tabled.map((each) => html`
      <h3>${each.title}</h3>${each.barred ? barred() : nothing}<ul class="agenda-papers">${each.papers.map((paper) => paperRow(this, paper))}</ul>`)}</div>`;
  }
}
