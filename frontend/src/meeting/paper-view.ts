/**
 * `<eo-paper-view>`: the paper before everybody, where the presenter is; or one that I read alone.
 * Whoever presents turns, points and draws for all; whoever follows may leaf alone and come back, and look at their own marks.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';

import '../documents/viewer';
import type { EoPaperViewer } from '../documents/viewer';
import type { PageView } from '../documents/view';
import { UserError, getJson } from '../lib/http';
import { t } from '../lib/i18n';
import { toastError } from '../lib/toast';
import { fill } from './config';
import type { OwnPaper } from './desk';
import { RoomElement, icon } from './element';
import './marker-tools';
import type { Pointed } from './papers';
import type { Topic } from './room';

/** Where my marks on a paper are kept, as `documents.annotating.place_of` says it. */
interface MarkPlace { paper: number; version: number; number: number; list: string; keeping: string; deleting: string; read: string; download: string }

@customElement('eo-paper-view')
export class PaperView extends RoomElement {
  static override topics: readonly Topic[] = ['document', 'rights', 'desk', 'me', 'presiding'];

  @query('eo-paper-viewer') private viewer!: EoPaperViewer | null;
  /** My own marks lie open on this version. Not before I ask for them: others may look at this screen, too. */
  @state() private marks: MarkPlace | undefined;
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
      <p class="print-only">${t('Phòng họp không in tài liệu. Mở tài liệu ở mục “Tài liệu” để in, nếu tài liệu được phép in.')}</p>
      <div class="paper">
        <header class="paper-head">
          <h3>${open.title}</h3>
          <p class="muted">${own ? t('Quý vị đang xem riêng tài liệu này.') : this.presenting()}</p>
          <div class="button-set">${this.buttons()}</div>
        </header>
        ${presenting ? html`<eo-marker-tools .room=${room}></eo-marker-tools>` : nothing}
        <div class="paper-body">${this.drawViewer(open)}${this.drawMarks(open)}</div>
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

  private drawMarks({ version }: OwnPaper): TemplateResult | typeof nothing {
    const { marks } = this;
    if (marks?.version !== version || !this.viewer || this.room.desk.presenting) return nothing;
    return html`${keyed(version, html`<eo-annotations within paper=${marks.paper} version=${version} number=${marks.number} list=${marks.list} keeping=${marks.keeping}
      deleting=${marks.deleting} read=${marks.read} .viewer=${this.viewer} @annotations-closed=${() => this.hideMarks()}></eo-annotations>`)}`;
  }

  private async showMarks(version: number): Promise<void> {
    try {
      const [marks] = await Promise.all([getJson<MarkPlace>(fill(this.room.config.urls.paper_marking, { version })), import('../documents/annotations/panel')]);
      this.marks = marks;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      toastError(error);
    }
  }

  private hideMarks(): void {
    this.marks = undefined;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('[data-tool="marks"]')?.focus());
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
    const marked = open && this.marks?.version === open.version;
    return [
      open && !presenting ? html`<button type="button" class="btn btn-secondary btn-sm" data-tool="marks" aria-expanded=${String(Boolean(marked))} title=${t('Chỉ mình bạn thấy, trên máy này')}
        @click=${() => (marked ? this.hideMarks() : void this.showMarks(open.version))}>${icon('sticky')} ${t('Ghi chú của tôi')}</button>` : nothing,
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
