/**
 * `<eo-annotations>` beside `<eo-paper-viewer>`: the reader's own marks, in page order, and the tools to make them.
 *
 *     <eo-annotations paper="7" version="9" number="2" list="…" keeping="…{version}…{key}…" deleting="…" read="…" download="…"></eo-annotations>
 *
 * `version` is the row of the version that is open, `number` its number; `list`, `keeping` and `deleting` are the addresses
 * that `MarkStore` asks, `read` the reader's, `download` that of a PDF with the marks made on this version. A button of the page with `data-annotations` opens and closes it.
 * With `within`, in the meeting room, it stands open over its `viewer`, and tells `annotations-closed` when the person closes it.
 */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import '../../../styles/annotations.scss';
import { find } from '../../lib/dom';
import { getJson } from '../../lib/http';
import { t } from '../../lib/i18n';
import { recall, remember } from '../../lib/memory';
import { iconButton, symbol } from '../pieces';
import { EoPaperViewer } from '../viewer';
import { Drawing } from './drawing';
import { MarkLayer } from './layer';
import { bookmark, highlights, noteAt } from './making';
import { inPageOrder, type Mark, type Placed } from './mark';
import { Placing } from './placing';
import { lostRow, placedRow, saying, type RowActs } from './rows';
import { SelectionTools, type Choice } from './selection';
import { MarkStore } from './store';
import { placeOn } from './text-layer';

const OPEN = 'annotations-open';
/** Above the place one goes to, so much of the page is seen, in thousandths. */
const ABOVE = 60;

/** The panel has its own place beside the paper; else it covers its lower part. */
const wide = () => window.matchMedia('(min-width: 62rem)').matches;

@customElement('eo-annotations')
export class EoAnnotations extends LitElement {
  @property({ type: Number }) paper = 0;
  @property({ type: Number }) version = 0;
  @property({ type: Number }) number = 1;
  @property() list = '';
  @property() keeping = '';
  @property() deleting = '';
  @property() read = '';
  @property() download = '';
  @property({ type: Boolean }) within = false;
  @property({ attribute: false }) viewer: EoPaperViewer | undefined;
  /** Where the marks come from, when not from the server alone. Tells `marks-changed` {marks} whatever becomes of them. */
  @property({ attribute: false }) fetchAll: (url: string) => Promise<{ annotations: Mark[] }> = getJson;

  @state() private open = false;
  @state() private current = '';
  @state() private editing = '';
  @state() private setting = false;
  @state() private removed: Mark | undefined;
  @state() private failed = false;
  @state() private page = 1;

  private store!: MarkStore;
  private placing!: Placing;
  private layer!: MarkLayer;
  private drawing!: Drawing;
  private tools: SelectionTools | undefined;
  private opened = false;
  private leaving = new AbortController();

  private readonly acts: RowActs = {
    goTo: (placed) => this.goTo(placed),
    edit: (mark) => this.edit(mark),
    change: (mark) => this.store.put(mark),
    remove: (mark) => this.take(mark),
    done: (mark) => { this.editing = ''; this.focusOn(`[data-key="${mark.key}"] .annotation-go`); },
  };

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.viewer ??= find(document, 'eo-paper-viewer', EoPaperViewer);
    this.leaving = new AbortController();
    if (!this.viewer) return;
    this.begin(this.viewer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaving.abort();
    this.tools?.stop();
    if (this.viewer && this.drawing?.inHand) this.viewer.tool = 'none';
    this.layer?.show([], '');
    if (this.button) this.button.hidden = true;
  }

  private begin(viewer: EoPaperViewer): void {
    const { signal } = this.leaving;
    this.store = new MarkStore(this.paper, { list: this.list, keep: this.keeping, remove: this.deleting }, () => this.changed(), undefined, this.fetchAll);
    this.placing = new Placing(viewer, this.number);
    this.layer = new MarkLayer((page) => viewer.pageElement(page), (mark) => this.edit(mark));
    this.drawing = this.drawingOn(viewer);
    this.page = viewer.page;
    this.open = this.within || (recall<boolean>('localStorage', OPEN) === true && wide());
    viewer.addEventListener('paper-opened', () => this.paperOpened(), { signal });
    viewer.addEventListener('page-turned', () => { this.page = viewer.page; }, { signal });
    viewer.addEventListener('page-painted', (event) => this.layer.paint((event as CustomEvent<{ page: number }>).detail.page), { signal });
    viewer.addEventListener('page-worded', () => this.refresh(), { signal });
    document.addEventListener('reader-panel-opened', (event) => { if (event.target !== this && !this.within) this.open = false; }, { signal });
    viewer.addEventListener('click', (event) => this.pressed(event), { signal });
    document.addEventListener('keydown', (event) => this.pressedKey(event), { signal });
    window.addEventListener('online', () => this.store.flush(), { signal });
    document.addEventListener('visibilitychange', () => this.store.flush(), { signal });
    if (this.button) {
      this.button.hidden = false;
      this.button.addEventListener('click', () => this.toggle(!this.open), { signal });
    }
    if (viewer.isOpen) this.paperOpened();
    void this.load();
  }

  private drawingOn(viewer: EoPaperViewer): Drawing {
    const { signal } = this.leaving;
    const { store, layer } = this;
    const bare = () => { if (this.within && !drawing.inHand && !this.setting) this.toggle(true); }; // nothing is in hand any more
    const drawing = new Drawing({
      open: this, marks: store.marks, placed: () => this.placing.sort(store.marks.values()).placed, page: (page) => viewer.pageElement(page),
      put: (mark) => store.put(mark), remove: (mark) => store.remove(mark), live: (page, line) => layer.live(page, line), changed: () => { bare(); this.requestUpdate(); },
    });
    type Begun = CustomEvent<{ page: number; x: number; y: number }>;
    viewer.addEventListener('stroke-began', (event) => { const { page, x, y } = (event as Begun).detail; drawing.begin(page, x, y); }, { signal });
    viewer.addEventListener('stroke-drew', (event) => { const { x, y } = (event as Begun).detail; drawing.draw(x, y); }, { signal });
    viewer.addEventListener('stroke-ended', () => drawing.end(), { signal });
    return drawing;
  }

  private async load(): Promise<void> {
    this.failed = false;
    try {
      await this.store.load();
    } catch {
      this.failed = true;
    }
    await this.look();
  }

  private paperOpened(): void {
    this.opened = true;
    const stage = this.viewer && find(this.viewer, '.pv-stage', HTMLElement);
    if (stage && !this.tools) this.tools = new SelectionTools(stage, (range, choice) => this.chosen(range, choice), () => this.sharing());
    void this.look();
  }

  private async look(): Promise<void> {
    if (this.opened) await this.placing.look([...this.store.marks.values()]);
    this.refresh();
  }

  private changed(): void {
    this.refresh();
    if (this.store.loaded) this.dispatchEvent(new CustomEvent('marks-changed', { detail: { marks: [...this.store.marks.values()] }, bubbles: true }));
  }

  private refresh(): void {
    const { placed } = this.placing.sort(this.store.marks.values());
    this.layer.show(placed, this.current);
    this.requestUpdate();
  }

  protected override updated(): void {
    this.classList.toggle('is-open', this.open);
    this.button?.setAttribute('aria-expanded', String(this.open));
    this.viewer?.classList.toggle('is-setting', this.setting);
    if (this.viewer && this.drawing) this.viewer.tool = this.drawing.inHand ? 'pen' : 'none';
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.open || !this.viewer) return this.bar() ?? nothing;
    const { placed, lost } = this.placing.sort(this.store.marks.values());
    placed.sort(inPageOrder);
    return html`<aside class="annotations-panel" aria-labelledby="annotations-heading" @keydown=${this.keyed}>
      <header><h2 id="annotations-heading" tabindex="-1">${t('Ghi chú của tôi')}</h2>${iconButton('x-lg', t('Đóng ghi chú'), () => this.close())}</header>
      <p class="annotations-private">${symbol('lock')}${t('Chỉ mình bạn thấy.')} <span role="status">${this.store.marks.size || this.removed ? saying(this.store) : ''}</span></p>
      ${this.bar() ?? this.toolbar(placed)}
      ${this.removed ? this.undoBar(this.removed) : nothing}
      <div class="annotations-scroll">
        ${this.failed ? this.notLoaded() : nothing}
        ${placed.length ? html`<ol class="annotation-rows">${placed.map((each) => placedRow(each, each.mark.key === this.editing, saying(this.store), this.acts))}</ol>` : nothing}
        ${lost.length ? this.lostOnes(lost) : nothing}
        ${placed.length && this.download ? html`<a class="btn btn-secondary btn-sm annotations-download" href=${this.download}>${symbol('download')}${t('Tải PDF có ghi chú')}</a>` : nothing}
        ${placed.length || lost.length || this.failed || !this.store.loaded ? nothing : this.empty()}
      </div>
    </aside>`;
  }

  /** What to do on the page now, when something is in hand. */
  private bar(): TemplateResult | undefined {
    if (this.setting) return this.settingBar();
    return this.drawing?.inHand ? this.drawing.render(this.open ? '' : saying(this.store)) : undefined;
  }

  private toolbar(placed: readonly Placed[]): TemplateResult {
    const marked = placed.find(({ mark, page }) => mark.kind === 'bookmark' && page === this.page);
    return html`<div class="annotations-tools">
      <button type="button" class="btn btn-secondary btn-sm" aria-pressed=${String(Boolean(marked))} @click=${() => this.toggleBookmark(marked?.mark)}>
        ${symbol(marked ? 'bookmark-fill' : 'bookmark')}${marked ? t('Bỏ đánh dấu trang {page}', { page: this.page }) : t('Đánh dấu trang {page}', { page: this.page })}</button>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.beginSetting()}>${symbol('sticky')}${t('Ghi chú vào một chỗ')}</button>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.beginDrawing()}>${symbol('pencil')}${t('Vẽ tay trên trang')}</button>
    </div>`;
  }

  private settingBar(): TemplateResult {
    return html`<div class="annotations-setting" role="status"><p>${t('Bấm vào chỗ cần ghi chú trên trang.')}</p>
      <div class="button-set"><button type="button" class="btn btn-secondary btn-sm" @click=${() => this.setAtTop()}>${t('Đặt ở đầu trang {page}', { page: this.page })}</button>
        <button type="button" class="btn btn-secondary btn-sm" @click=${() => { this.setting = false; if (this.within) this.toggle(true); }}>${t('Thôi')}</button></div></div>`;
  }

  private undoBar(mark: Mark): TemplateResult {
    return html`<div class="annotations-undo" role="status"><span>${t('Đã xóa.')}</span>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.putBack(mark)}>${t('Hoàn tác')}</button></div>`;
  }

  private lostOnes(lost: readonly Mark[]): TemplateResult {
    return html`<h3>${t('Không còn ở bản này')}</h3>
      <ol class="annotation-rows">${lost.map((mark) => lostRow(mark, `${this.read}?version=${mark.number}&page=${mark.page}`, this.acts))}</ol>`;
  }

  private notLoaded(): TemplateResult {
    return html`<div class="alert alert-warning" role="alert"><p>${t('Chưa tải được ghi chú đã có.')}</p>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.load()}>${t('Thử lại')}</button></div>`;
  }

  private empty(): TemplateResult {
    return html`<div class="annotations-empty"><p><strong>${t('Bạn chưa ghi chú gì vào tài liệu này.')}</strong></p>
      <p>${t('Kéo chọn một đoạn chữ trên trang để tô màu hoặc ghi chú. Trên điện thoại: chạm giữ vào chữ.')}</p></div>`;
  }

  /** Takes words for a comment that all readers see, where the paper allows it. */
  private sharing(): ((range: Range) => void) | undefined {
    const comments = this.within ? null : document.querySelector('eo-comments');
    return comments?.takes ? (range) => comments.commentOn(range) : undefined;
  }

  /** Words were chosen, and what to do with them. */
  private chosen(range: Range, { colour, write }: Choice): void {
    const pages = this.viewer?.querySelectorAll<HTMLElement>('.page[data-page-number]') ?? [];
    const made = highlights(this, pages, range, colour);
    for (const mark of made) this.store.put(mark);
    const [first] = made;
    if (first && write) this.edit(first);
  }

  private toggleBookmark(marked: Mark | undefined): void {
    if (marked) return this.take(marked);
    const page = this.page;
    void this.viewer?.textOf(page).then((text) => this.store.put(bookmark(this, page, text)));
    return undefined;
  }

  /** A press on a page: a note is set there, or the mark under it opened. */
  private pressed(event: MouseEvent): void {
    const page = event.target instanceof Element ? event.target.closest<HTMLElement>('.page[data-page-number]') : null;
    if (!page) return undefined;
    if (this.drawing.inHand) return undefined;
    if (this.setting) return this.set(page, event.clientX, event.clientY);
    if (!(getSelection()?.isCollapsed ?? true)) return undefined;
    const { left, top } = placeOn(page, event.clientX, event.clientY);
    const mark = this.layer.at(Number(page.dataset.pageNumber), left, top);
    if (mark) this.show(mark);
    return undefined;
  }

  private beginSetting(): void {
    if (this.covers) this.toggle(false);
    this.setting = true;
  }

  private beginDrawing(): void {
    if (this.covers) this.toggle(false);
    this.drawing.take('red');
    this.focusOn('.ink-tools button');
  }

  /** While something is drawn, keys belong to the pen. */
  private pressedKey(event: KeyboardEvent): void {
    const elsewhere = event.target instanceof Element && event.target.closest('input, textarea, dialog');
    if (!this.drawing.inHand || elsewhere) return;
    if (event.key === 'Escape') this.drawing.take(undefined);
    else if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey)) this.drawing.undo();
    else return;
    event.preventDefault();
  }

  private setAtTop(): void {
    const page = this.viewer?.pageElement(this.page);
    if (!page) return;
    const box = page.getBoundingClientRect();
    this.set(page, box.left + box.width * 0.03, box.top + box.height * 0.02);
  }

  private set(page: HTMLElement, x: number, y: number): void {
    this.setting = false;
    const mark = noteAt(this, page, x, y);
    this.store.put(mark);
    this.edit(mark);
  }

  private take(mark: Mark): void {
    this.store.remove(mark);
    this.removed = mark;
    this.editing = '';
    this.focusOn('.annotations-undo button');
  }

  private putBack(mark: Mark): void {
    this.removed = undefined;
    this.store.put(mark);
    this.focusOn(`[data-key="${mark.key}"] .annotation-go`);
  }

  private goTo({ mark, page, rectangles }: Placed): void {
    this.page = page;
    this.mind(mark);
    if (!this.within && this.covers) this.toggle(false);
    this.viewer?.lookAt(page, mark.kind === 'bookmark' ? 0 : Math.max(0, (rectangles[0]?.top ?? 0) / 10 - ABOVE));
  }

  private show(mark: Mark): void {
    this.toggle(true);
    this.mind(mark);
    this.focusOn(`[data-key="${mark.key}"] .annotation-go`);
  }

  private edit(mark: Mark): void {
    this.toggle(true);
    this.mind(mark);
    this.editing = mark.key;
    this.focusOn(`[data-key="${mark.key}"] textarea`);
  }

  /** The mark the person is at is framed on its page. */
  private mind(mark: Mark): void {
    this.current = mark.key;
    this.refresh();
  }

  private toggle(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    this.editing = open ? this.editing : '';
    this.removed = undefined;
    this.setting = false;
    if (this.drawing.inHand) this.drawing.take(undefined);
    if (!this.within) remember('localStorage', OPEN, open);
    if (open) this.dispatchEvent(new CustomEvent('reader-panel-opened', { bubbles: true }));
    if (open) this.focusOn('#annotations-heading');
    else this.button?.focus();
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    if (this.drawing.inHand) return; // the pen is put away first
    if (this.setting) this.setting = false;
    else if (this.editing) this.editing = '';
    else this.close();
    event.stopPropagation(); // it says nothing to the room
  }

  /** The person has done with their marks: in the room nobody who looks over their shoulder sees them any more. */
  private close(): void {
    this.toggle(false);
    if (this.within) this.dispatchEvent(new CustomEvent('annotations-closed', { bubbles: true }));
  }

  /** The panel hides the paper, or a part of it. */
  private get covers(): boolean {
    return this.within || !wide();
  }

  private focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }

  private get button(): HTMLButtonElement | undefined {
    return this.within ? undefined : find(document, 'button[data-annotations]', HTMLButtonElement);
  }
}

declare global {
  interface HTMLElementTagNameMap { 'eo-annotations': EoAnnotations }
}
