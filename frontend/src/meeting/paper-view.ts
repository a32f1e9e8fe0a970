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
import { toast, toastError } from '../lib/toast';
import { fill } from './config';
import type { OwnPaper } from './desk';
import { RoomElement, icon } from './element';
import './marker-tools';
import type { Pointed } from './papers';
import type { Topic } from './room';

/** Where comments on a paper are kept, as `documents.commenting.place_of` says it. */
interface CommentPlace { list: string; saying: string; removing: string; restoring: string; settling: string; sheet: string }
/** Where my marks on a paper and comments are kept, as `documents.views.annotations.paper_marking` says it. */
interface MarkPlace {
  paper: number; version: number; number: number; list: string; keeping: string; deleting: string; read: string; download: string;
  comments: CommentPlace | null;
}
type Beside = 'marks' | 'comments';

@customElement('eo-paper-view')
export class PaperView extends RoomElement {
  static override topics: readonly Topic[] = ['document', 'rights', 'desk', 'me', 'presiding'];

  @query('eo-paper-viewer') private viewer!: EoPaperViewer | null;
  /** What lies open beside the paper. My own marks not before I ask for them: others may look at this screen, too. */
  @state() private beside: { what: Beside; place: MarkPlace } | undefined;
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
        <div class="paper-body">${this.drawViewer(open)}${this.drawBeside(open)}</div>
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

  private drawBeside({ version }: OwnPaper): TemplateResult | typeof nothing {
    const { beside } = this;
    if (beside?.place.version !== version || !this.viewer || this.room.desk.presenting) return nothing;
    return html`${keyed(`${beside.what} ${version}`, beside.what === 'marks' ? this.drawMarks(beside.place) : this.drawComments(beside.place))}`;
  }

  private drawMarks(place: MarkPlace): TemplateResult {
    return html`<eo-annotations within paper=${place.paper} version=${place.version} number=${place.number} list=${place.list} keeping=${place.keeping}
      deleting=${place.deleting} read=${place.read} .viewer=${this.viewer ?? undefined} @annotations-closed=${() => this.hide()}></eo-annotations>`;
  }

  private drawComments({ paper, version, number, read, comments }: MarkPlace): TemplateResult | typeof nothing {
    if (!comments) return nothing;
    return html`<eo-comments within paper=${paper} version=${version} number=${number} list=${comments.list} saying=${comments.saying} removing=${comments.removing}
      restoring=${comments.restoring} settling=${comments.settling} read=${read} sheet=${comments.sheet} .viewer=${this.viewer ?? undefined} @comments-closed=${() => this.hide()}></eo-comments>`;
  }

  private async show(what: Beside, version: number): Promise<void> {
    const panel = what === 'marks' ? import('../documents/annotations/panel') : import('../documents/comments/panel');
    try {
      const [place] = await Promise.all([getJson<MarkPlace>(fill(this.room.config.urls.paper_marking, { version })), panel]);
      if (what === 'comments' && !place.comments) toast(t('Tài liệu này không nhận góp ý.'));
      else this.beside = { what, place };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      toastError(error);
    }
  }

  private hide(): void {
    const what = this.beside?.what;
    this.beside = undefined;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-tool="${what}"]`)?.focus());
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
      ...(open && !presenting ? [this.opener('marks', 'sticky', t('Ghi chú của tôi'), t('Chỉ mình bạn thấy, trên máy này'), open),
        this.opener('comments', 'chat-dots', t('Góp ý'), t('Mọi người đọc được tài liệu này đều thấy'), open)] : []),
      away ? tool('follow', 'arrow-return-left', back, () => desk.follow(), 'primary') : nothing,
      mayPresent ? tool('present', 'easel', own ? t('Trình chiếu cho mọi người') : t('Tôi trình bày'), () => void desk.present(open.version)) : nothing,
      own ? tool('close', 'x-lg', state.document ? t('Về tài liệu đang trình chiếu') : t('Đóng tài liệu'), () => desk.readAlone(undefined)) : nothing,
      presenting ? tool('put-away', 'x-lg', t('Dừng trình chiếu tài liệu'), () => void desk.putAway()) : nothing,
    ];
  }

  private opener(what: Beside, symbol: string, label: string, title: string, { version }: OwnPaper): TemplateResult {
    const lies = this.beside?.what === what && this.beside.place.version === version;
    return html`<button type="button" class="btn btn-secondary btn-sm" data-tool=${what} aria-expanded=${String(lies)} title=${title}
      @click=${() => (lies ? this.hide() : void this.show(what, version))}>${icon(symbol)} ${label}</button>`;
  }
}

function tool(name: string, symbol: string, label: string, act: () => void, kind = 'secondary'): TemplateResult {
  return html`<button type="button" class="btn btn-${kind} btn-sm" data-tool=${name} @click=${act}>${icon(symbol)} ${label}</button>`;
}
