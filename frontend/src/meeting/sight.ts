/** What lay before the person before a reload: the open panel, what was large, the page of the wall, the open paper. No DOM. */

import type { Desk, OwnPaper } from './desk';
import type { Keep, Keeper } from './kept';
import type { Layout } from './layout';

interface OpenPaper {
  own: OwnPaper | null;
  /** Of the paper that everybody reads, when I leafed by myself; of my own, always. */
  page: number | null;
}

export interface Seen {
  readonly topics: { on(topics: readonly ('layout' | 'desk')[], follower: () => void): () => void };
  readonly layout: Layout;
  readonly desk: Desk;
}

export class Sight {
  private readonly arrangement: Keep<Partial<Layout>>;
  private readonly before: OpenPaper | undefined;

  constructor(private readonly seen: Seen, keeper: Keeper) {
    this.arrangement = keeper.of('layout');
    const paper: Keep<OpenPaper> = keeper.of('desk');
    this.before = paper.read();
    seen.topics.on(['layout'], () => this.arrangement.write(choicesOf(seen.layout)));
    seen.topics.on(['desk'], () => paper.write(openOn(seen.desk)));
  }

  restoreLayout(): void { this.seen.layout.set(this.arrangement.read() ?? {}); }

  /** Once it is known what lies before everybody. A presenter's page is everybody's, and stays where it is. */
  restorePaper(): void {
    const { own, page } = this.before ?? {};
    const { desk } = this.seen;
    if (own) desk.readAlone(own);
    if (page && desk.open && !desk.presenting) desk.turned(page);
  }
}

/** Its plain values, whatever they are called. */
function choicesOf(layout: Layout): Partial<Layout> {
  return Object.fromEntries(Object.entries(layout).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))) as Partial<Layout>;
}

function openOn(desk: Desk): OpenPaper {
  return { own: desk.own ?? null, page: desk.own || !desk.following ? desk.page : null };
}
