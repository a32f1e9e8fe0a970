/**
 * `<eo-comments>` beside `<eo-paper-viewer>`: what readers say about the paper, seen by everybody who may read it.
 *
 *     <eo-comments paper="7" version="9" number="2" list="…" saying="…{version}…{key}…" removing="…{key}…" restoring="…" settling="…" read="…" sheet="…"></eo-comments>
 *
 * `sheet` is the address of all comments as a spreadsheet, for who answers them. A button of the page with `data-comments`
 * opens and closes it. `comments-changed` on the window: others said something. With `within`, in the meeting room, it stands
 * open over its `viewer`, and tells `comments-closed` when the person closes it.
 */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import '../../../styles/annotations.scss';
import '../../../styles/comments.scss';
import { find } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { highlights } from '../annotations/making';
import { inPageOrder } from '../annotations/mark';
import { Placing } from '../annotations/placing';
import { iconButton, symbol } from '../pieces';
import { EoPaperViewer } from '../viewer';
import { asMark, type Comment, type Remark } from './comment';
import { CommentLayer, type PlacedComment } from './layer';
import { commentForm, commentRow, type Around, type RowActs } from './rows';
import { CommentStore } from './store';

/** All readers hear of a comment at once: they ask the server one after the other. */
const SPREAD_MS = 3_000;
const ABOVE = 60;
const wide = () => window.matchMedia('(min-width: 62rem)').matches;

@customElement('eo-comments')
export class EoComments extends LitElement {
  @property({ type: Number }) paper = 0;
  @property({ type: Number }) version = 0;
  @property({ type: Number }) number = 1;
  @property() list = '';
  @property() saying = '';
  @property() removing = '';
  @property() restoring = '';
  @property() settling = '';
  @property() read = '';
  @property() sheet = '';
  @property({ type: Boolean }) within = false;
  @property({ attribute: false }) viewer: EoPaperViewer | undefined;

  @state() private shown = false;
  @state() private current = '';
  @state() private removed: Remark | undefined;
  @state() private page = 1;

  private store!: CommentStore;
  private placing!: Placing;
  private layer!: CommentLayer;
  private paperIsOpen = false;
  private asking: ReturnType<typeof setTimeout> | undefined;
  private leaving = new AbortController();

  private readonly acts: RowActs = {
    goTo: (comment) => this.goTo(comment),
    answer: (comment) => { this.store.answer(comment); this.focusOn('.comment-form textarea'); },
    edit: (remark) => { this.store.edit(remark); this.focusOn('.comment-form textarea'); },
    remove: (remark) => void this.take(remark),
    settle: (comment, outcome) => void this.store.settle(comment, outcome),
    write: (draft) => this.store.write(draft),
    send: () => void this.send(),
    drop: () => this.store.drop(),
  };

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.viewer ??= find(document, 'eo-paper-viewer', EoPaperViewer);
    if (this.viewer) this.begin(this.viewer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.asking);
    this.leaving.abort();
    this.layer?.show([], '');
    if (this.button) this.button.hidden = true;
  }

  /** Whether words of the paper may be commented on now. */
  get takes(): boolean {
    return this.store?.open ?? false;
  }

  /** The person chose words, and wants to comment on them. */
  commentOn(range: Range): void {
    const pages = this.viewer?.querySelectorAll<HTMLElement>('.page[data-page-number]') ?? [];
    const [mark] = highlights(this, pages, range, 'yellow');
    if (mark) this.write(mark);
  }

  private begin(viewer: EoPaperViewer): void {
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.store = new CommentStore(this.paper, { list: this.list, say: this.saying, remove: this.removing, restore: this.restoring, settle: this.settling }, () => void this.look());
    this.placing = new Placing(viewer, this.number);
    this.layer = new CommentLayer((page) => viewer.pageElement(page), (comment) => this.show(comment));
    this.page = viewer.page;
    this.shown = this.within;
    this.paperIsOpen = viewer.isOpen;
    viewer.addEventListener('paper-opened', () => { this.paperIsOpen = true; void this.look(); }, { signal });
    viewer.addEventListener('page-turned', () => { this.page = viewer.page; }, { signal });
    viewer.addEventListener('page-painted', (event) => this.layer.paint((event as CustomEvent<{ page: number }>).detail.page), { signal });
    viewer.addEventListener('page-worded', () => this.refresh(), { signal });
    window.addEventListener('comments-changed', () => this.askSoon(), { signal });
    document.addEventListener('reader-panel-opened', (event) => { if (event.target !== this && !this.within) this.shown = false; }, { signal });
    this.button?.addEventListener('click', () => this.toggle(!this.shown), { signal });
    void this.store.load();
  }

  private askSoon(): void {
    this.asking ??= setTimeout(() => { this.asking = undefined; void this.store.load(); }, Math.random() * SPREAD_MS);
  }

  private async look(): Promise<void> {
    this.refresh();
    if (this.paperIsOpen && (await this.placing.look(this.store.comments.map(asMark)))) this.refresh();
  }

  private refresh(): void {
    this.layer.show(this.sorted().placed, this.current);
    this.requestUpdate();
  }

  private sorted(): { placed: PlacedComment[]; lost: Comment[] } {
    const byKey = new Map(this.store.comments.map((comment) => [comment.key, comment]));
    const { placed, lost } = this.placing.sort(this.store.comments.map(asMark));
    const there = placed.flatMap((each) => { const comment = byKey.get(each.mark.key); return comment ? [{ ...each, comment }] : []; });
    return { placed: there.sort(inPageOrder), lost: lost.flatMap(({ key }) => byKey.get(key) ?? []) };
  }

  protected override updated(): void {
    this.classList.toggle('is-open', this.shown);
    const { button } = this;
    if (!button) return;
    button.hidden = !this.store?.loaded || !(this.store.open || this.store.comments.length);
    button.setAttribute('aria-expanded', String(this.shown));
    const count = find(button, '[data-count]', HTMLElement);
    if (count) count.textContent = this.store?.comments.length ? String(this.store.comments.length) : '';
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.shown || !this.store) return nothing;
    const { placed, lost } = this.sorted();
    const { draft, open, handles, sending, refusal } = this.store;
    const around: Around = { open, handles, draft, sending, refusal };
    const address = (comment: Comment) => `${this.read}?version=${comment.number}&page=${comment.page}`;
    const row = (comment: Comment, page?: number) => commentRow(comment, page, address(comment), comment.key === this.current, around, this.acts);
    return html`<aside class="annotations-panel comments-panel" aria-labelledby="comments-heading" @keydown=${this.keyed}>
      <header><h2 id="comments-heading" tabindex="-1">${t('Góp ý')}</h2>${iconButton('x-lg', t('Đóng góp ý'), () => this.toggle(false))}</header>
      <p class="comments-shared">${symbol('people')}<span>${open ? t('Mọi người đọc được tài liệu này đều thấy góp ý, kèm tên và cơ quan người viết.') : t('Tài liệu này đã ngừng nhận góp ý.')}</span></p>
      ${draft && !draft.to && !draft.edits ? commentForm(draft, around, this.acts) : open ? this.beginning() : nothing}
      ${this.removed ? this.undoBar(this.removed) : nothing}
      ${refusal && !draft ? html`<p class="comment-refused" role="alert">${refusal.message} ${refusal.hint}</p>` : nothing}
      <div class="annotations-scroll">
        ${this.store.failed ? this.notLoaded() : nothing}
        ${placed.length ? html`<ol class="annotation-rows">${placed.map(({ comment, page }) => row(comment, page))}</ol>` : nothing}
        ${lost.length ? html`<h3>${t('Góp ý ở bản trước, đoạn này không còn')}</h3><ol class="annotation-rows">${lost.map((comment) => row(comment))}</ol>` : nothing}
        ${placed.length || lost.length || this.store.failed ? nothing : html`<p class="annotations-empty">${t('Chưa có góp ý nào.')}</p>`}
        ${handles && this.store.comments.length ? html`<a class="btn btn-secondary btn-sm annotations-download" href=${this.sheet}>${symbol('file-earmark-excel')}${t('Tải bảng tổng hợp góp ý')}</a>` : nothing}
      </div></aside>`;
  }

  private beginning(): TemplateResult {
    return html`<div class="annotations-tools">${this.within ? nothing : html`<p>${t('Chọn một đoạn chữ rồi bấm “Góp ý”, hoặc:')}</p>`}
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.write({ version: this.version, page: this.page, rectangles: [], quote: '', prefix: '', suffix: '' })}>
        ${symbol('chat-dots')}${t('Góp ý cho trang {page}', { page: this.page })}</button></div>`;
  }

  private undoBar(remark: Remark): TemplateResult {
    return html`<div class="annotations-undo" role="status"><span>${t('Đã xóa góp ý.')}</span>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => { this.removed = undefined; void this.store.restore(remark); }}>${t('Hoàn tác')}</button></div>`;
  }

  private notLoaded(): TemplateResult {
    return html`<div class="alert alert-warning" role="alert"><p>${t('Chưa tải được góp ý.')}</p>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.store.load()}>${t('Thử lại')}</button></div>`;
  }

  private write(place: Parameters<CommentStore['begin']>[0]): void {
    this.toggle(true);
    this.store.begin(place);
    this.focusOn('.comment-form textarea');
  }

  private async send(): Promise<void> {
    this.removed = undefined;
    if (await this.store.send()) this.focusOn('#comments-heading');
  }

  private async take(remark: Remark): Promise<void> {
    if (!(await this.store.remove(remark))) return;
    this.removed = remark;
    this.focusOn('.annotations-undo button');
  }

  private goTo(comment: Comment): void {
    const placed = this.sorted().placed.find((each) => each.comment.key === comment.key);
    if (!placed) return;
    this.current = comment.key;
    this.page = placed.page;
    if (!wide() && !this.within) this.toggle(false);
    this.viewer?.lookAt(placed.page, comment.quote ? Math.max(0, (placed.rectangles[0]?.top ?? 0) / 10 - ABOVE) : 0);
    this.refresh();
  }

  private show(comment: Comment): void {
    this.toggle(true);
    this.current = comment.key;
    this.refresh();
    this.focusOn(`[data-key="${comment.key}"] .annotation-go`);
  }

  private toggle(shown: boolean): void {
    if (shown === this.shown) return;
    this.shown = shown;
    this.removed = undefined;
    if (shown) this.dispatchEvent(new CustomEvent('reader-panel-opened', { bubbles: true }));
    if (shown) this.focusOn('#comments-heading');
    else if (this.within) this.dispatchEvent(new CustomEvent('comments-closed'));
    else this.button?.focus();
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.toggle(false);
  }

  private focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }

  private get button(): HTMLButtonElement | undefined {
    return find(document, 'button[data-comments]', HTMLButtonElement);
  }
}

declare global {
  interface HTMLElementTagNameMap { 'eo-comments': EoComments }
}
