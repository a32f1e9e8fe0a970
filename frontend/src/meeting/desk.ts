/** The paper before me: the one everybody reads, where the presenter is or where I am; or one I read alone. No DOM. */

import { WHOLE_WIDTH, sameView, type PageView } from '../documents/view';
import type { DocumentState } from '../generated/protocol';
import type { Intent } from './signalling';

export interface OwnPaper {
  version: number;
  title: string;
  pages: number;
}

export interface DeskOptions {
  document(): DocumentState | null;
  me(): number;
  ask(message: Intent): Promise<boolean>;
  onChange(): void;
}

/** What others are shown follows my hand this often at most. */
const SHOW_EVERY_MS = 250;

export class Desk {
  /** A paper that only I look at. */
  own: OwnPaper | undefined;
  /** I follow, but I look at another part of the page than the presenter. */
  strayed = false;
  private ownPage = 1;
  /** The page I leafed to by myself; undefined: I follow the presenter. */
  private alone: number | undefined;
  /** Where I turned to for everybody, until the server says so, too. */
  private turning: { page: number; view: PageView } | undefined;
  private told = Number.NEGATIVE_INFINITY;
  private telling: ReturnType<typeof setTimeout> | undefined;
  /** How often I came back to the presenter. */
  private returns = 0;

  constructor(private readonly options: DeskOptions) {}

  /** What lies before me; undefined: nothing. */
  get open(): OwnPaper | undefined {
    return this.own ?? this.options.document() ?? undefined;
  }

  get presenting(): boolean {
    const document = this.options.document();
    return document !== null && document.presenter_id === this.options.me() && !this.own;
  }

  get following(): boolean {
    return this.alone === undefined;
  }

  get page(): number {
    if (this.own) return this.ownPage;
    return this.turning?.page ?? this.alone ?? this.options.document()?.page ?? 1;
  }

  /** Where the presenter is, for who follows. */
  get place(): { page: number; view: PageView; anew: number } | undefined {
    const document = this.options.document();
    if (!document || this.own || this.presenting || !this.following) return undefined;
    return { page: document.page, view: document.view, anew: this.returns };
  }

  /** The viewer shows another page: turned for all when I present, else for me alone. */
  turned(page: number): void {
    if (page === this.page) return;
    if (this.own) this.ownPage = page;
    else if (this.presenting) this.showAll(page, { ...(this.turning?.view ?? this.options.document()?.view ?? WHOLE_WIDTH), y: 0 });
    else this.alone = page === this.options.document()?.page ? undefined : page;
    this.options.onChange();
  }

  /** The viewer shows another part of the paper: everybody's does when I present. */
  moved(page: number, view: PageView): void {
    const document = this.options.document();
    if (!this.presenting || !document) return;
    const shown = this.turning ?? document;
    if (page !== shown.page || !sameView(view, shown.view)) this.showAll(page, view);
  }

  /** I look at another part than the presenter, on the same page. */
  stray(): void {
    if (this.strayed || !this.following) return;
    this.strayed = true;
    this.options.onChange();
  }

  /** Back to where the presenter is. */
  follow(): void {
    this.alone = undefined;
    this.strayed = false;
    this.returns += 1;
    this.options.onChange();
  }

  /** Opens a paper for me alone; undefined: back to the one before everybody. */
  readAlone(paper: OwnPaper | undefined): void {
    this.own = paper;
    this.ownPage = 1;
    this.returns += 1;
    this.options.onChange();
  }

  /** Puts a paper before everybody, at the page I am reading when it is the same one. */
  async present(version: number): Promise<void> {
    const page = this.open?.version === version ? this.page : 1;
    if (await this.options.ask({ type: 'document.open', version, page })) this.readAlone(undefined);
  }

  async putAway(): Promise<void> {
    await this.options.ask({ type: 'document.open', version: null, page: 1 });
  }

  /** Something else lies before everybody, or another part of it. */
  settle(anotherPaper: boolean): void {
    const document = this.options.document();
    if (anotherPaper) this.alone = undefined;
    if (anotherPaper || document?.page !== this.settledPage) this.strayed = false;
    this.settledPage = document?.page;
    if (anotherPaper || !this.presenting || this.isTold(document)) this.turning = undefined;
    this.options.onChange();
  }

  private settledPage: number | undefined;

  private isTold(document: DocumentState | null): boolean {
    return !this.turning || (document?.page === this.turning.page && sameView(document.view, this.turning.view));
  }

  /** At once when nothing was shown for a moment, else the last of what was meanwhile. */
  private showAll(page: number, view: PageView): void {
    this.turning = { page, view };
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), Math.max(0, this.told + SHOW_EVERY_MS - performance.now()));
  }

  private tell(): void {
    const { turning } = this;
    if (!turning) return;
    this.told = performance.now();
    void this.options.ask({ type: 'document.page', ...turning }).then((done) => {
      if (done || this.turning !== turning) return;
      this.turning = undefined;
      this.options.onChange();
    });
  }
}
