/** Drawing by hand on the pages: the pen or the eraser in hand, what is drawn, and taking it back. */

import { html, type TemplateResult } from 'lit';

import { t } from '../../lib/i18n';
import { PENS, type Line, type Pen } from '../ink';
import { symbol } from '../pieces';
import { linesOf } from './layer';
import { drawing, underOf, type OpenVersion } from './making';
import type { Mark, Placed } from './mark';
import { isNear, simplified } from './strokes';

/** Points nearer than this, in ten-thousandths of the page, are one. */
const NEAR = 12;
/** As `documents.annotating` takes them: strokes, and numbers of all of them; a line longer than that goes on in another. */
const MOST_STROKES = 200;
const MOST_NUMBERS = 8_000;
const LONGEST_LINE = 1_200;

export interface DrawingOptions {
  open: OpenVersion;
  marks: ReadonlyMap<string, Mark>;
  /** Where everything stands now. */
  placed(): readonly Placed[];
  page(number: number): HTMLElement | undefined;
  put(mark: Mark): void;
  remove(mark: Mark): void;
  /** The line in hand grew; undefined: it is done. */
  live(page: number, line: Line | undefined): void;
  changed(): void;
}

interface Step { before: Mark | undefined; after: Mark | undefined }

export class Drawing {
  inHand: Pen | 'eraser' | undefined;
  private mark: Mark | undefined;
  private line: { page: number; points: number[] } | undefined;
  private erasing: number | undefined;
  private steps: Step[] = [];

  constructor(private readonly options: DrawingOptions) {}

  /** Takes a pen, or puts it away. What is drawn then is a drawing of its own. */
  take(tool: Pen | 'eraser' | undefined): void {
    this.end();
    if (!tool || !this.inHand) this.steps = [];
    this.inHand = tool;
    this.mark = undefined;
    this.options.changed();
  }

  begin(page: number, x: number, y: number): void {
    if (this.inHand === 'eraser') {
      this.erasing = page;
      this.erase(page, x, y);
    } else if (this.inHand) this.line = { page, points: [x, y] };
    this.show();
  }

  draw(x: number, y: number): void {
    if (this.erasing !== undefined) return this.erase(this.erasing, x, y);
    const { line } = this;
    if (!line) return undefined;
    const [beforeX = 0, beforeY = 0] = line.points.slice(-2);
    if (Math.abs(x - beforeX) < NEAR && Math.abs(y - beforeY) < NEAR) return undefined;
    line.points.push(x, y);
    if (line.points.length < LONGEST_LINE) return this.show();
    this.end();
    this.begin(line.page, x, y);
    return undefined;
  }

  end(): void {
    const { line, inHand } = this;
    this.erasing = undefined;
    this.line = undefined;
    if (!line || !inHand || inHand === 'eraser') return;
    this.options.live(line.page, undefined);
    this.add(line.page, inHand, simplified(line.points));
  }

  get mayUndo(): boolean {
    return this.steps.length > 0;
  }

  /** Takes back the last stroke, or brings back what was rubbed out last. */
  undo(): void {
    const step = this.steps.pop();
    if (!step) return;
    const text = this.options.marks.get((step.before ?? step.after)?.key ?? '')?.text;
    if (step.before) this.options.put({ ...step.before, text: text ?? step.before.text });
    else if (step.after) this.options.remove(step.after);
    if (this.mark?.key === step.after?.key) this.mark = step.before;
    this.options.changed();
  }

  render(saying: string): TemplateResult {
    return html`<div class="ink-bar">
      <div class="ink-tools" role="toolbar" aria-label=${t('Vẽ tay trên trang')}>
        ${PENS.map((pen) => html`<button type="button" class="btn btn-secondary btn-sm pen-${pen}" aria-pressed=${String(this.inHand === pen)} aria-label=${penName(pen)} title=${penName(pen)}
          @click=${() => this.take(pen)}><span class="pen-dot" aria-hidden="true"></span></button>`)}
        <button type="button" class="btn btn-secondary btn-sm" aria-pressed=${String(this.inHand === 'eraser')} title=${t('Chạm vào nét nào thì xóa nét đó')} @click=${() => this.take('eraser')}>${symbol('eraser')}${t('Tẩy')}</button>
        <button type="button" class="btn btn-secondary btn-sm" ?disabled=${!this.mayUndo} title=${t('Bỏ nét vừa vẽ hoặc lấy lại nét vừa tẩy (Ctrl+Z)')} @click=${() => this.undo()}>${symbol('arrow-counterclockwise')}${t('Hoàn tác')}</button>
        <button type="button" class="btn btn-primary btn-sm" @click=${() => this.take(undefined)}>${t('Xong')}</button>
      </div>
      <p><span>${t('Vẽ bằng chuột, bút hoặc ngón tay. Chỉ mình bạn thấy.')}</span> <span role="status">${saying}</span></p></div>`;
  }

  private show(): void {
    const { line, inHand } = this;
    if (line && inHand && inHand !== 'eraser') this.options.live(line.page, { colour: inHand, points: line.points });
  }

  private add(page: number, pen: Pen, points: number[]): void {
    const element = this.options.page(page);
    if (!element) return;
    const before = this.goesOn(page, pen, points);
    const strokes = [...(before?.strokes ?? []), points];
    const after = before ? { ...before, strokes, ...underOf(element, strokes) } : drawing(this.options.open, element, pen, strokes);
    this.mark = after;
    this.step(before, after);
  }

  /** The drawing in hand, when there is room for one more stroke. */
  private goesOn(page: number, pen: Pen, points: readonly number[]): Mark | undefined {
    const mark = this.mark && this.options.marks.get(this.mark.key);
    if (mark?.page !== page || mark.colour !== pen || mark.strokes.length >= MOST_STROKES) return undefined;
    return mark.strokes.reduce((sum, each) => sum + each.length, points.length) > MOST_NUMBERS ? undefined : mark;
  }

  private erase(page: number, x: number, y: number): void {
    for (const placed of this.options.placed()) {
      if (placed.page !== page) continue;
      const hit = linesOf(placed).findIndex(({ colour, points }) => isNear(points, colour, x, y));
      if (hit < 0) continue;
      const before = placed.mark;
      const strokes = before.strokes.filter((_, index) => index !== hit);
      return this.step(before, strokes.length ? { ...before, strokes } : undefined);
    }
  }

  private step(before: Mark | undefined, after: Mark | undefined): void {
    this.steps.push({ before, after });
    if (after) this.options.put(after);
    else if (before) this.options.remove(before);
    this.options.changed();
  }
}

export function penName(pen: Pen): string {
  const names: Record<Pen, () => string> = {
    red: () => t('Bút đỏ'), blue: () => t('Bút xanh dương'), green: () => t('Bút xanh lá'), marker: () => t('Bút tô vàng, nét rộng'),
  };
  return names[pen]();
}
