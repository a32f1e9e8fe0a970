/**
 * pdf.js behind a small door: opens a paper in a scrolling container, renders only the pages in sight,
 * searches, zooms. Knows nothing of the element around it. Loaded only when a paper is opened.
 */

import * as pdfjs from './pdf';
import { shownPart, type PageView } from './view';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import type { L10n } from 'pdfjs-dist/types/web/l10n.js';
import { EventBus, PDFLinkService, PDFViewer } from 'pdfjs-dist/web/pdf_viewer.mjs';

import { t } from '../lib/i18n';
import { PaperFinder } from './finder';
import type { Turn } from './turning';
import { layWatermark } from './watermark';

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;
const data = `${import.meta.env.BASE_URL}pdfjs/`;
const THUMBNAIL_WIDTH = 120;
const NEW_TAB = 2;
const MIN_SCALE = 0.25;
const MAX_SCALE = 5;
/** pdf.js: one page beside another, the odd ones left. */
const PAIRS = 1;
const MOST_HEADINGS = 500;

export type Fit = 'page-width' | 'page-fit';

/** A heading of the paper's own table; `depth` from 0. */
export interface Heading { title: string; page: number; depth: number }

/** What the engine tells its owner. */
export interface EngineListener {
  /** The page in sight changed, for whatever reason. */
  turned(page: number): void;
  /** Another part of the paper is in sight, for whatever reason. */
  moved(): void;
  /** A page has been painted. */
  painted(page: number): void;
  /** The words of a page have been laid over it. */
  worded(page: number): void;
  /** A part of the file that is needed cannot be had. */
  failed(): void;
  /** Search: `current` of `total` places; `total` 0 when there is none; `searching` while it goes on. */
  found(current: number, total: number, searching: boolean): void;
}

export class PaperEngine {
  private constructor(
    private readonly document: PDFDocumentProxy,
    private readonly viewer: PDFViewer,
    private readonly bus: EventBus,
  ) {}

  /** Opens the PDF at `url` inside `container`, whose only child becomes the list of pages. */
  static async open(container: HTMLDivElement, url: string, listener: EngineListener): Promise<PaperEngine> {
    const bus = new EventBus();
    const links = new PDFLinkService({ eventBus: bus, externalLinkTarget: NEW_TAB });
    const finder = new PaperFinder({ eventBus: bus, linkService: links });
    const viewer = new PDFViewer({
      container, eventBus: bus, linkService: links, findController: finder,
      viewer: container.firstElementChild as HTMLDivElement, annotationEditorMode: -1, annotationMode: 1, l10n: silent,
    });
    links.setViewer(viewer);
    listen(bus, listener);
    const laidOut = new Promise<void>((resolve) => bus.on('pagesinit', () => resolve()));
    const document = await pdfjs.getDocument(url, () => listener.failed(), {
      cMapUrl: `${data}cmaps/`, standardFontDataUrl: `${data}standard_fonts/`, wasmUrl: `${data}wasm/`, iccUrl: `${data}iccs/`,
    });
    if (container.parentElement) layWatermark(container.parentElement);
    viewer.setDocument(document);
    links.setDocument(document);
    await laidOut;
    nameThePages(container);
    return new PaperEngine(document, viewer, bus);
  }

  get pages(): number { return this.document.numPages; }

  get page(): number { return this.viewer.currentPageNumber; }

  goTo(page: number): void {
    this.viewer.currentPageNumber = Math.min(Math.max(1, page), this.pages);
  }

  fit(fit: Fit): void {
    this.viewer.currentScaleValue = fit;
  }

  /** Larger with a factor above 1, smaller below. */
  zoom(factor: number): void {
    this.viewer.currentScale = Math.min(Math.max(this.viewer.currentScale * factor, MIN_SCALE), MAX_SCALE);
  }

  /** One page below the other, or two beside each other. */
  lay(two: boolean): void {
    this.viewer.spreadMode = two ? PAIRS : 0;
  }

  /** Turns all pages, clockwise; where a page is turned, its list says so (`turnOf`). */
  turnTo(turn: Turn): void {
    const list = this.viewer.viewer as HTMLElement | null;
    if (list) list.dataset.turn = String(turn);
    this.viewer.pagesRotation = turn;
  }

  /** The paper's own table of headings, in reading order; empty where the file has none. */
  async headings(): Promise<Heading[]> {
    return headingsOf(this.document, (await this.document.getOutline()) ?? [], 0);
  }

  /** The elements of the pages that are laid out, by their number. */
  pageElement(page: number): HTMLElement | undefined {
    const view = this.viewer.getPageView(page - 1) as { div?: HTMLElement } | undefined;
    return view?.div;
  }

  /** The text of a page, as it is laid over it. */
  async textOf(page: number): Promise<string> {
    const { items } = await (await this.document.getPage(page)).getTextContent({ disableNormalization: true });
    return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
  }

  /** Which part of the current page is in sight. */
  get view(): PageView {
    const element = this.pageElement(this.page);
    const fit = this.viewer.currentScaleValue;
    return shownPart(fit, this.viewer.container.getBoundingClientRect(), element?.getBoundingClientRect());
  }

  /** Brings that part of a page into sight; `zoom` false: as large as it is now. */
  show(page: number, view: PageView, zoom: boolean): void {
    const { container } = this.viewer;
    if (zoom && view.fit !== 'part') this.fit(view.fit === 'page' ? 'page-fit' : 'page-width');
    else if (zoom) this.zoomTo(page, view.span);
    this.goTo(page);
    const place = this.pageElement(page)?.getBoundingClientRect();
    if (!place) return;
    const window = container.getBoundingClientRect();
    container.scrollTop += place.top - window.top + (view.y / 1000) * place.height;
    container.scrollLeft += place.left - window.left + (view.x / 1000) * place.width;
  }

  private zoomTo(page: number, span: number): void {
    const width = this.pageElement(page)?.clientWidth;
    const wanted = (this.viewer.container.clientWidth * 1000) / span;
    if (width) this.zoom(wanted / width);
  }

  /** Keeps the fit after the container changed its size. */
  resized(): void {
    const fit = this.viewer.currentScaleValue;
    if (fit === 'page-width' || fit === 'page-fit') this.viewer.currentScaleValue = fit;
    this.viewer.update();
  }

  /** Searches `words` without regard to case or diacritics, `đ` included; `again` steps on, backwards if so wished. */
  search(words: string, again = false, backwards = false): void {
    this.bus.dispatch('find', {
      source: this, type: again ? 'again' : '', query: words, caseSensitive: false, entireWord: false,
      highlightAll: true, findPrevious: backwards, matchDiacritics: false,
    });
  }

  endSearch(): void {
    this.bus.dispatch('findbarclose', { source: this });
  }

  /** Paints a small picture of a page. */
  async thumbnail(page: number, canvas: HTMLCanvasElement): Promise<void> {
    const proxy = await this.document.getPage(page);
    const whole = proxy.getViewport({ scale: 1 });
    const viewport = proxy.getViewport({ scale: (THUMBNAIL_WIDTH * Math.min(window.devicePixelRatio, 2)) / whole.width });
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    await proxy.render({ canvas, viewport }).promise;
  }

  async close(): Promise<void> {
    // The types do not say that null takes the document away.
    this.viewer.setDocument(null as unknown as PDFDocumentProxy);
    await this.document.loadingTask.destroy();
  }
}

type Outline = NonNullable<Awaited<ReturnType<PDFDocumentProxy['getOutline']>>>;

async function headingsOf(document: PDFDocumentProxy, outline: Outline, depth: number): Promise<Heading[]> {
  const found: Heading[] = [];
  for (const { title, dest, items } of outline) {
    if (found.length >= MOST_HEADINGS) break;
    const page = await pageOf(document, dest);
    if (page && title.trim()) found.push({ title: title.trim(), page, depth });
    found.push(...(await headingsOf(document, items as Outline, depth + 1)));
  }
  return found;
}

/** The page that a heading points to; undefined when it leads out of the paper or to nowhere. */
async function pageOf(document: PDFDocumentProxy, dest: string | unknown[] | null): Promise<number | undefined> {
  const place = typeof dest === 'string' ? await document.getDestination(dest) : dest;
  const target = place?.[0] as number | { num: number; gen: number } | undefined;
  if (typeof target === 'number') return target + 1;
  return target ? (await document.getPageIndex(target).catch(() => -1)) + 1 || undefined : undefined;
}

function listen(bus: EventBus, listener: EngineListener): void {
  const PENDING = 3;
  bus.on('pagechanging', ({ pageNumber }: { pageNumber: number }) => listener.turned(pageNumber));
  bus.on('updateviewarea', () => listener.moved());
  bus.on('pagerendered', ({ pageNumber }: { pageNumber: number }) => listener.painted(pageNumber));
  bus.on('textlayerrendered', ({ pageNumber }: { pageNumber: number }) => listener.worded(pageNumber));
  type Count = { matchesCount: { current: number; total: number }; state?: number };
  const tell = ({ matchesCount, state }: Count) => listener.found(matchesCount.current, matchesCount.total, state === PENDING);
  bus.on('updatefindmatchescount', tell);
  bus.on('updatefindcontrolstate', tell);
}

/** pdf.js would name the pages in English; with this it names nothing. */
const silent = {
  getLanguage: () => 'vi', getDirection: () => 'ltr', get: () => Promise.resolve(''), translate: () => Promise.resolve(),
  translateOnce: () => Promise.resolve(), destroy: () => Promise.resolve(), pause: () => undefined, resume: () => undefined,
} as unknown as L10n;

function nameThePages(container: HTMLElement): void {
  for (const page of container.querySelectorAll<HTMLElement>('.page')) {
    page.setAttribute('aria-label', t('Trang {page}', { page: page.dataset.pageNumber ?? '' }));
  }
}
