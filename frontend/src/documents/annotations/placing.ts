/** Where marks stand in the version that is open: those made on it where they are, older ones where their words are. */

import { find, lettersOf, type Found } from './anchor';
import type { Mark, Placed, Rectangle } from './mark';
import { LaidText } from './text-layer';

/** The open paper, as far as placing needs it (`EoPaperViewer`). */
export interface OpenPaper {
  pages: number;
  pageElement(page: number): HTMLElement | undefined;
  textOf(page: number): Promise<string>;
}

export class Placing {
  /** By key: where an older mark's words stand; null where they are not. */
  private readonly found = new Map<string, Found | null>();
  private readonly drawn = new Map<string, Rectangle[]>();
  private readonly letters = new Map<number, Promise<string>>();

  /** `number`: of the version that is open. */
  constructor(private readonly paper: OpenPaper, private readonly number: number) {}

  /** Marks that stand in this version, and those that are not found in it. What was made on a later one is neither. */
  sort(marks: Iterable<Mark>): { placed: Placed[]; lost: Mark[] } {
    const placed: Placed[] = [];
    const lost: Mark[] = [];
    for (const mark of marks) {
      const found = this.found.get(mark.key);
      if (mark.number === this.number) placed.push({ mark, page: mark.page, rectangles: mark.rectangles });
      else if (found) placed.push({ mark, page: found.page, rectangles: this.rectanglesOf(mark, found) });
      else if (found === null) lost.push(mark);
    }
    return { placed, lost };
  }

  /** Looks for the older ones among `marks`; true when something is known now that was not. */
  async look(marks: readonly Mark[]): Promise<boolean> {
    const unknown = marks.filter((mark) => mark.number < this.number && !this.found.has(mark.key));
    for (const mark of unknown) this.found.set(mark.key, (await this.find(mark)) ?? null);
    return unknown.length > 0;
  }

  private async find(mark: Mark): Promise<Found | undefined> {
    const there = await find(mark, mark.page, this.paper.pages, (page) => this.lettersOn(page));
    const byPage = mark.kind === 'bookmark' || !mark.quote;
    return there ?? (byPage && mark.page <= this.paper.pages ? { page: mark.page, start: 0, end: 0 } : undefined);
  }

  private lettersOn(page: number): Promise<string> {
    const known = this.letters.get(page) ?? this.paper.textOf(page).then((text) => lettersOf(text).text);
    this.letters.set(page, known);
    return known;
  }

  /** None while the page's words are not laid out. */
  private rectanglesOf(mark: Mark, { page, start, end }: Found): readonly Rectangle[] {
    if (mark.kind === 'bookmark') return [];
    if (start === end) return mark.rectangles;
    const drawn = this.drawn.get(mark.key) ?? this.draw(page, start, end);
    if (drawn.length) this.drawn.set(mark.key, drawn);
    if (mark.kind === 'ink') return movedWith(mark.rectangles, drawn[0]);
    return mark.kind === 'note' ? drawn.slice(0, 1) : drawn;
  }

  private draw(page: number, start: number, end: number): Rectangle[] {
    const laid = LaidText.on(this.paper.pageElement(page));
    if (!laid) return [];
    const letters = lettersOf(laid.text);
    const [from, to] = [letters.from[start], letters.to[end - 1]];
    return from === undefined || to === undefined ? [] : laid.rectangles(from, to);
  }
}

/** What a drawing covers, as far from the line `now` as it was from that line when it was made. */
function movedWith([covered, before]: readonly Rectangle[], now: Rectangle | undefined): Rectangle[] {
  if (!covered || !before || !now) return [];
  return [{ ...covered, left: covered.left + now.left - before.left, top: covered.top + now.top - before.top }];
}
