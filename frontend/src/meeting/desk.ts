/** The paper before me: the one everybody reads, on the presenter's page or on my own; or one I read alone. No DOM. */

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

export class Desk {
  /** A paper that only I look at. */
  own: OwnPaper | undefined;
  private ownPage = 1;
  /** The page I leafed to by myself; undefined: I follow the presenter. */
  private alone: number | undefined;
  /** The page I turned to for everybody, until the server says so, too. */
  private turning: number | undefined;

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
    return this.turning ?? this.alone ?? this.options.document()?.page ?? 1;
  }

  /** The viewer shows another page: turned for all when I present, else for me alone. */
  turned(page: number): void {
    if (page === this.page) return;
    if (this.own) this.ownPage = page;
    else if (this.presenting) this.turnForAll(page);
    else this.alone = page === this.options.document()?.page ? undefined : page;
    this.options.onChange();
  }

  /** Back to the presenter's page. */
  follow(): void {
    this.alone = undefined;
    this.options.onChange();
  }

  /** Opens a paper for me alone; undefined: back to the one before everybody. */
  readAlone(paper: OwnPaper | undefined): void {
    this.own = paper;
    this.ownPage = 1;
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

  /** Something else lies before everybody, or another page. */
  settle(anotherPaper: boolean): void {
    if (anotherPaper) this.alone = undefined;
    if (anotherPaper || !this.presenting || this.options.document()?.page === this.turning) this.turning = undefined;
    this.options.onChange();
  }

  private turnForAll(page: number): void {
    this.turning = page;
    void this.options.ask({ type: 'document.page', page }).then((done) => {
      if (done || this.turning !== page) return;
      this.turning = undefined;
      this.options.onChange();
    });
  }
}
