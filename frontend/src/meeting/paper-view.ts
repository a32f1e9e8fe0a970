/**
 * `<eo-paper-view>`: the paper before everybody, where the presenter is; or one that I read alone.
 * Whoever presents turns, points and draws for all; whoever follows may leaf alone and come back.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';

import '../documents/viewer';
import type { EoPaperViewer } from '../documents/viewer';
import type { PageView } from '../documents/view';
import { t } from '../lib/i18n';
import { fill } from './config';
import type { OwnPaper } from './desk';
import { RoomElement, icon } from './element';
import './marker-tools';
import type { Pointed } from './papers';
import type { Topic } from './room';

@customElement('eo-paper-view')
export class PaperView extends RoomElement {
  static override topics: readonly Topic[] = ['document', 'rights', 'desk', 'me', 'presiding'];

  @query('eo-paper-viewer') private viewer!: EoPaperViewer | null;
  private readonly pointed = ({ version, page, points, over_ms: overMs }: Pointed) => {
    if (this.viewer?.version === version && !this.room.desk.presenting) this.viewer.pointAt(page, points, overMs);
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.room.papers.pointerWatchers.add(this.pointed);
  }

  override disconnectedCallback(): void {
    this.room.papers.pointerWatchers.delete(this.pointed);
    this.room.papers.marker.take('none');
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { room } = this;
    const { open, presenting, own } = room.desk;
    if (!open) return html``;
    return html`
      <div class="paper">
        <header class="paper-head">
          <h3>${open.title}</h3>
          <p class="muted">${own ? t('Quý vị đang xem riêng tài liệu này.') : this.presenting()}</p>
          <div class="button-set">${this.buttons()}</div>
        </header>
        ${presenting ? html`<eo-marker-tools .room=${room}></eo-marker-tools>` : nothing}
        ${this.drawViewer(open)}
      </div>`;
  }

  private drawViewer({ version, pages }: OwnPaper): TemplateResult {
    const { desk, config, papers: { marker, prefetch } } = this.room;
    const place = { version };
    return html`<eo-paper-viewer src=${fill(config.urls.paper_file, place)} images=${fill(config.urls.paper_image, place)}
      reading=${fill(config.urls.paper_reading, place)} .stored=${(src: string) => prefetch.stored(src)}
      .version=${version} .pages=${pages} .page=${desk.page} .place=${desk.place}
      .follow=${desk.following && !desk.presenting && !desk.own} .strokes=${desk.own ? [] : marker.strokes} .tool=${marker.inHand}
      @page-turned=${(event: CustomEvent<{ page: number }>) => desk.turned(event.detail.page)}
      @view-moved=${({ detail }: CustomEvent<{ page: number; view: PageView }>) => desk.moved(detail.page, detail.view)}
      @view-strayed=${() => desk.stray()}
      @hand-pointed=${({ detail }: CustomEvent<{ page: number; x: number; y: number } | null>) => marker.point(detail ?? undefined)}
      @stroke-began=${({ detail: { page, x, y } }: CustomEvent<{ page: number; x: number; y: number }>) => marker.begin(page, x, y)}
      @stroke-drew=${({ detail: { x, y } }: CustomEvent<{ x: number; y: number }>) => marker.draw(x, y)}
      @stroke-ended=${() => marker.end()}></eo-paper-viewer>`;
  }

  private presenting(): string {
    const { document } = this.room.state;
    if (!document) return '';
    if (this.room.desk.presenting) return t('Mọi người đang xem trang quý vị mở.');
    return t('{name} đang trình chiếu, trang {page}/{pages}.', { name: document.presenter, page: document.page, pages: document.pages });
  }

  private buttons(): (TemplateResult | typeof nothing)[] {
    const { desk, state } = this.room;
    const { own, open, presenting } = desk;
    const mayPresent = state.rights.present && open && !presenting;
    const away = !own && !presenting && (!desk.following || desk.strayed);
    const back = state.document?.presenter_id === state.presiding.person ? t('Về trang chủ tọa') : t('Về trang người trình bày');
    return [
      away ? tool('follow', 'arrow-return-left', back, () => desk.follow(), 'primary') : nothing,
      mayPresent ? tool('present', 'easel', own ? t('Trình chiếu cho mọi người') : t('Tôi trình bày'), () => void desk.present(open.version)) : nothing,
      own ? tool('close', 'x-lg', state.document ? t('Về tài liệu đang trình chiếu') : t('Đóng tài liệu'), () => desk.readAlone(undefined)) : nothing,
      presenting ? tool('put-away', 'x-lg', t('Dừng trình chiếu tài liệu'), () => void desk.putAway()) : nothing,
    ];
  }
}

function tool(name: string, symbol: string, label: string, act: () => void, kind = 'secondary'): TemplateResult {
  return html`<button type="button" class="btn btn-${kind} btn-sm" data-tool=${name} @click=${act}>${icon(symbol)} ${label}</button>`;
}
