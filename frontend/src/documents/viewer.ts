/**
 * `<eo-paper-viewer>`: reads a paper. Used on the reader's page and in the meeting room.
 *
 *     <eo-paper-viewer src="/papers/versions/7/file/" images="/papers/versions/7/pages/{page}/image/"
 *       version="7" page="3" pages="12" reading="/papers/versions/7/reading/"></eo-paper-viewer>
 *
 * `page` is the page in sight, from 1; setting it (or calling `goTo`) turns there silently. `pages` may be given
 * so that it is known before the file is. `images` gives the picture that stands in while the file loads; of the first page
 * it is taken from the picture between the tags, where there is one.
 * `reading` is told each page read (JSON `{page}`). Changing `src` opens another paper.
 *
 * With `follow` set, somebody else turns the pages: the owner of the element sets `page`, or `place` (page, part of
 * it); a person who turns by hand leaves that mode. Events (all bubble): `page-turned` {page} when the person turned;
 * `view-moved` {page, view} when another part is in sight; `view-strayed` when a follower sees another part than
 * `place` says; `follow-changed` {follow}; `paper-opened` {pages}; `paper-failed`; `page-painted` and `page-worded` {page}.
 *
 * With `alone` set, the person may lay two pages beside each other, turn them, and read on dark paper.
 *
 * `strokes` lie over the pages. With `tool` set, the hand does not choose text: it points (`hand-pointed` {page, x, y}, or
 * null) or draws (`stroke-began` {page, x, y}, `stroke-drew` {x, y}, `stroke-ended`), in ten-thousandths of the page.
 */

import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';

import '../../styles/viewer.scss';
import { postJson } from '../lib/http';
import { t } from '../lib/i18n';
import { putAtHand } from './at-hand';
import type { Fit, PaperEngine } from './engine';
import { Hand, type Tool } from './hand';
import { firstPicture, iconButton, notOpened } from './pieces';
import { Overlay, type Stroke } from './overlay';
import { Look } from './look';
import { PaperSearch } from './search-bar';
import { SideList } from './side-list';
import { ReadingTrack } from './track';
import { sameView, sameZoom, WHOLE_WIDTH, type PageView } from './view';

const HAND_MS = 2500;
const SWIPE_PX = 70;
/** So long after the program went somewhere, what moves is its doing and not the person's. */
const SETTLED_MS = 600;

/** Where somebody else is in the paper. Another `anew`: go there, whatever was looked at since. */
export interface Place { page: number; view: PageView; anew: number }

@customElement('eo-paper-viewer')
export class EoPaperViewer extends LitElement {
  @property() src = '';
  @property() images = '';
  @property() reading = '';
  @property({ type: Number }) version = 0;
  @property({ type: Number }) page = 1;
  @property({ type: Number }) pages = 0;
  @property({ type: Boolean, reflect: true }) follow = false;
  /** The person reads for themselves: pages may lie otherwise than before others. */
  @property({ type: Boolean }) alone = false;
  @property({ attribute: false }) place: Place | undefined;
  @property({ attribute: false }) strokes: readonly Stroke[] = [];
  @property({ reflect: true }) tool: Tool = 'none';
  /** Bytes of a paper that were fetched before, by its address. */
  @property({ attribute: false }) stored: (src: string) => ArrayBuffer | undefined = () => undefined;

  @state() private status: 'loading' | 'open' | 'failed' = 'loading';
  @state() private painted = false;
  @state() private fitted: Fit = 'page-width';
  @query('.pv-scroll') private scroller!: HTMLDivElement;

  private engine: PaperEngine | undefined;
  private opening = 0;
  private first = { page: 0, picture: '' };
  private handAt = -HAND_MS;
  private shownAt = -SETTLED_MS;
  private hand: Hand | undefined;
  private readonly overlay = new Overlay((page) => this.engine?.pageElement(page));
  private touch: { x: number; y: number } | undefined;
  private readonly search = new PaperSearch(this, () => this.engine, () => this.scroller.focus());
  private readonly side = new SideList(this, () => this.engine, (page) => this.turn(page));
  private readonly look = new Look(this, () => this.engine);
  private track = new ReadingTrack((page) => this.reading ? postJson(this.reading, { page }) : Promise.resolve());
  private sizes = new ResizeObserver(() => this.resized());

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) {
      this.first = { page: this.page, picture: this.querySelector('img')?.src ?? '' };
      this.replaceChildren();
    }
    super.connectedCallback();
    if (this.hasUpdated) void this.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.track.flush();
    void this.close();
  }

  /** Turns to a page without an event. */
  goTo(page: number): void {
    this.page = this.within(page);
  }

  /** The person goes to a place of a page; `y` in thousandths of it. */
  lookAt(page: number, y: number): void {
    this.byHand();
    this.engine?.show(this.within(page), { ...WHOLE_WIDTH, y: this.look.turn ? 0 : y }, false);
  }

  /** The paper is open: its pages are laid out, or will be. */
  get isOpen(): boolean {
    return this.status === 'open';
  }

  pageElement(page: number): HTMLElement | undefined {
    return this.engine?.pageElement(page);
  }

  /** The text of a page; empty while no paper is open. */
  async textOf(page: number): Promise<string> {
    return (await this.engine?.textOf(page)) ?? '';
  }

  /** Where the presenter points. */
  pointAt(page: number, points: readonly number[], overMs: number): void {
    this.overlay.point(page, points, overMs);
  }

  protected override firstUpdated(): void {
    this.sizes.observe(this.scroller);
    this.hand = new Hand(this.scroller, {
      pointed: (place) => {
        this.overlay.point(place?.page ?? 0, place ? [place.x, place.y] : [], 0);
        this.tell('hand-pointed', place ?? null);
      },
      began: (page, x, y) => this.tell('stroke-began', { page, x, y }),
      drew: (x, y) => this.tell('stroke-drew', { x, y }),
      ended: () => this.tell('stroke-ended', {}),
    });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('src')) void this.open();
    if (changed.has('page') && this.engine && this.engine.page !== this.page) this.goThere(this.page);
    if (changed.has('place') || changed.has('follow')) this.goToPlace(changed.get('place') as Place | undefined);
    if (changed.has('strokes')) this.overlay.show(this.strokes);
    if (this.hand) this.hand.tool = this.tool;
    this.toggleAttribute('dark', this.look.dark);
  }

  override render(): TemplateResult {
    return html`
      ${this.bar()}
      ${this.search.open ? this.search.render() : nothing}
      <div class="pv-body">
        ${this.side.open ? this.side.render() : nothing}
        <div class="pv-stage">
          <div class="pv-scroll" tabindex="0" role="region" aria-label=${t('Nội dung tài liệu')}
            @keydown=${this.keyed} @wheel=${this.byHand} @pointerdown=${this.byHand}
            @touchstart=${this.touched} @touchend=${this.released}><div class="pdfViewer"></div></div>
          ${this.painted ? nothing : this.standIn()}
        </div>
      </div>
      <p class="visually-hidden" role="status">${this.status === 'open' ? t('Trang {page} trên {pages}', { page: this.page, pages: this.pages }) : ''}</p>`;
  }

  private bar(): TemplateResult {
    return html`<div class="pv-bar" role="group" aria-label=${t('Công cụ đọc tài liệu')}>
      ${iconButton('layout-sidebar', t('Danh sách trang'), () => this.side.toggle(), { pressed: this.side.open })}
      <span class="pv-group">
        ${iconButton('chevron-up', t('Trang trước'), () => this.turn(this.page - this.look.step), { disabled: this.page <= 1, step: true })}
        <label class="pv-page"><span class="visually-hidden">${t('Đến trang')}</span>
          <input inputmode="numeric" .value=${String(this.page)} @change=${this.typedPage} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}></label>
        <span class="pv-count">/ ${this.pages || '…'}</span>
        ${iconButton('chevron-down', t('Trang sau'), () => this.turn(this.page + this.look.step), { disabled: this.pages > 0 && this.page >= this.pages, step: true })}
      </span>
      <span class="pv-group">
        ${iconButton('zoom-out', t('Thu nhỏ'), () => this.zoom(1 / 1.2))}
        ${iconButton('zoom-in', t('Phóng to'), () => this.zoom(1.2))}
        <button type="button" class="btn btn-secondary btn-sm pv-fit" @click=${this.toggleFit}>
          ${this.fitted === 'page-width' ? t('Vừa trang') : t('Vừa chiều rộng')}</button>
      </span>
      ${this.alone ? this.look.render() : nothing}
      ${iconButton('search', t('Tìm trong tài liệu'), () => this.search.toggle(), { pressed: this.search.open })}
    </div>`;
  }

  private standIn(): TemplateResult {
    if (this.status === 'failed') return notOpened(() => this.open());
    const within = this.page === this.first.page ? this.first.picture : '';
    return firstPicture(within || this.images.replace('{page}', String(this.page)), this.page);
  }

  private async open(): Promise<void> {
    const opening = ++this.opening;
    await this.close();
    this.status = 'loading';
    this.painted = false;
    if (!this.src) return;
    const bytes = this.stored(this.src);
    if (bytes) putAtHand(this.src, bytes);
    try {
      const { PaperEngine } = await import('./engine');
      if (opening !== this.opening) return;
      const engine = await PaperEngine.open(this.scroller, this.src, {
        turned: (page) => this.turned(page), moved: () => this.moved(), painted: (page) => this.pagePainted(page),
        worded: (page) => this.tell('page-worded', { page }), failed: () => this.partMissing(opening), found: (...count) => this.search.found(...count),
      });
      if (opening !== this.opening || !this.isConnected) return void engine.close();
      this.begin(engine);
    } catch {
      if (opening === this.opening) this.fail();
    }
  }

  private begin(engine: PaperEngine): void {
    this.engine = engine;
    this.pages = engine.pages;
    this.shownAt = performance.now();
    if (this.alone) this.look.begin(engine);
    engine.fit(this.fitted);
    void this.side.read(engine);
    const page = this.within(this.page);
    engine.goTo(page);
    this.page = page;
    this.status = 'open';
    this.goToPlace(undefined);
    this.overlay.show(this.strokes);
    this.track.read(page);
    this.tell('paper-opened', { pages: this.pages });
  }

  private partMissing(opening: number): void {
    if (opening !== this.opening) return;
    this.painted = false;
    this.fail();
  }

  private fail(): void {
    this.status = 'failed';
    this.tell('paper-failed', {});
  }

  private async close(): Promise<void> {
    const engine = this.engine;
    this.engine = undefined;
    await engine?.close();
  }

  private resized(): void {
    this.shownAt = performance.now();
    this.engine?.resized();
  }

  private goThere(page: number): void {
    this.shownAt = performance.now();
    this.engine?.goTo(page);
  }

  private pagePainted(page: number): void {
    this.painted = true;
    this.overlay.paint(page);
    this.tell('page-painted', { page });
  }

  /** Goes where somebody else is; as large as they have it only when that is new, so that one's own zoom is kept. */
  private goToPlace(before: Place | undefined): void {
    const { place, engine } = this;
    if (!place || !this.follow || !engine) return;
    this.shownAt = performance.now();
    this.page = this.within(place.page);
    engine.show(this.page, place.view, before?.anew !== place.anew || !sameZoom(before.view, place.view));
  }

  private moved(): void {
    if (this.status !== 'open' || !this.engine) return;
    const { view, page } = this.engine;
    if (!this.follow && (this.handAt > this.shownAt || performance.now() - this.shownAt > SETTLED_MS)) this.tell('view-moved', { page, view });
    else if (this.follow && this.movedByHand && this.place && !sameView(view, this.place.view)) this.tell('view-strayed', {});
  }

  private get movedByHand(): boolean {
    return this.handAt > this.shownAt && performance.now() - this.handAt <= HAND_MS;
  }

  private turned(page: number): void {
    if (!this.engine || page === this.page) return;
    this.page = page;
    this.track.read(page);
    if (this.follow && !this.movedByHand) return;
    if (this.follow) {
      this.follow = false;
      this.tell('follow-changed', { follow: false });
    }
    this.tell('page-turned', { page });
  }

  /** The person turns: by a button, a key, a swipe or a number. */
  private turn(page: number): void {
    this.byHand();
    this.engine?.goTo(this.within(page));
  }

  private within(page: number): number {
    return Math.max(1, Math.min(Math.trunc(page) || 1, this.pages || page));
  }

  private byHand(): void {
    this.handAt = performance.now();
  }

  private typedPage(event: Event): void {
    const input = event.target as HTMLInputElement;
    const page = Number.parseInt(input.value, 10);
    if (Number.isFinite(page)) this.turn(page);
    input.value = String(this.page);
  }

  private zoom(factor: number): void {
    this.byHand();
    this.engine?.zoom(factor);
  }

  private toggleFit(): void {
    this.byHand();
    this.fitted = this.fitted === 'page-width' ? 'page-fit' : 'page-width';
    this.engine?.fit(this.fitted);
  }

  private keyed(event: KeyboardEvent): void {
    this.byHand();
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.turn(this.page - this.look.step), ArrowRight: () => this.turn(this.page + this.look.step),
      Home: () => this.turn(1), End: () => this.turn(this.pages),
      '+': () => this.zoom(1.2), '-': () => this.zoom(1 / 1.2),
    };
    const isFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f';
    const act = isFind ? () => { if (!this.search.open) this.search.toggle(); } : acts[event.key];
    if (!act || (!isFind && (event.ctrlKey || event.metaKey || event.altKey))) return;
    event.preventDefault();
    act();
  }

  private touched(event: TouchEvent): void {
    this.byHand();
    const [first] = event.touches;
    this.touch = first && event.touches.length === 1 ? { x: first.clientX, y: first.clientY } : undefined;
  }

  private released(event: TouchEvent): void {
    const [last] = event.changedTouches;
    const wide = this.scroller.scrollWidth > this.scroller.clientWidth + 4;
    if (!this.touch || !last || wide || this.tool !== 'none') return;
    const x = last.clientX - this.touch.x;
    if (Math.abs(x) > SWIPE_PX && Math.abs(last.clientY - this.touch.y) < SWIPE_PX / 2) this.turn(this.page - Math.sign(x));
  }

  private tell(name: string, detail: object | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap { 'eo-paper-viewer': EoPaperViewer }
}
