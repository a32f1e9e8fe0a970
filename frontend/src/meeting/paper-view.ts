/**
 * `<eo-paper-view>`: the paper before everybody, on the presenter's page; or one that I read alone.
 * Whoever presents turns for all; whoever follows may leaf alone and come back.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import '../documents/viewer';
import { t } from '../lib/i18n';
import { fill } from './config';
import type { OwnPaper } from './desk';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-paper-view')
export class PaperView extends RoomElement {
  static override topics: readonly Topic[] = ['document', 'rights', 'desk', 'me'];

  override render(): TemplateResult {
    const { room } = this;
    const { open } = room.desk;
    if (!open) return html``;
    return html`
      <div class="paper">
        <header class="paper-head">
          <h3>${open.title}</h3>
          <p class="muted">${room.desk.own ? t('Quý vị đang xem riêng tài liệu này.') : this.presenting()}</p>
          <div class="button-set">${this.buttons()}</div>
        </header>
        ${this.viewer(open)}
      </div>`;
  }

  private viewer({ version, pages }: OwnPaper): TemplateResult {
    const { desk, config } = this.room;
    const place = { version };
    return html`<eo-paper-viewer src=${fill(config.urls.paper_file, place)} images=${fill(config.urls.paper_image, place)}
      reading=${fill(config.urls.paper_reading, place)} .version=${version} .pages=${pages} .page=${desk.page}
      .follow=${desk.following && !desk.presenting && !desk.own}
      @page-turned=${(event: CustomEvent<{ page: number }>) => desk.turned(event.detail.page)}></eo-paper-viewer>`;
  }

  private presenting(): string {
    const { document } = this.room.state;
    if (!document) return '';
    if (this.room.desk.presenting) return t('Quý vị đang trình chiếu: mọi người xem trang quý vị mở.');
    return t('{name} đang trình chiếu, trang {page}/{pages}.', { name: document.presenter, page: document.page, pages: document.pages });
  }

  private buttons(): (TemplateResult | typeof nothing)[] {
    const { desk, state } = this.room;
    const { own, open, presenting } = desk;
    const mayPresent = state.rights.present && open && !presenting;
    return [
      own || desk.following || presenting ? nothing : tool('follow', 'arrow-return-left', t('Về trang người trình bày'), () => desk.follow(), 'primary'),
      mayPresent ? tool('present', 'easel', own ? t('Trình chiếu cho mọi người') : t('Tôi trình bày'), () => void desk.present(open.version)) : nothing,
      own ? tool('close', 'x-lg', state.document ? t('Về tài liệu đang trình chiếu') : t('Đóng tài liệu'), () => desk.readAlone(undefined)) : nothing,
      presenting ? tool('put-away', 'x-lg', t('Dừng trình chiếu tài liệu'), () => void desk.putAway()) : nothing,
    ];
  }
}

function tool(name: string, symbol: string, label: string, act: () => void, kind = 'secondary'): TemplateResult {
  return html`<button type="button" class="btn btn-${kind} btn-sm" data-tool=${name} @click=${act}>${icon(symbol)} ${label}</button>`;
}
