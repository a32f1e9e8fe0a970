/** The tools that come with chosen words of a paper: a colour, or a note. By mouse, pen and finger. */

import { icon, make } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { COLOURS, colourName, type Colour } from './mark';

/** While the choice still grows, the tools keep out of the way. */
const SETTLED_MS = 250;
const GAP_PX = 8;

export interface Choice { colour: Colour; write: boolean }

export class SelectionTools {
  private readonly bar = make('div', { class: 'selection-tools', role: 'toolbar', 'aria-label': t('Đoạn chữ đã chọn') });
  /** Comments are for everybody: the button looks otherwise. */
  private readonly share = make('button', { type: 'button', class: 'btn btn-sm selection-share' }, icon('chat-dots'), t('Góp ý'));
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listen = () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.settle(), SETTLED_MS); };

  /** `stage` holds the pages; `chosen` hears what to do with the words of the range; `sharing` takes them for a comment, where the paper allows. */
  constructor(private readonly stage: HTMLElement, private readonly chosen: (range: Range, choice: Choice) => void, private readonly sharing: () => ((range: Range) => void) | undefined = () => undefined) {
    for (const colour of COLOURS) {
      const label = t('Tô {colour}', { colour: colourName(colour).toLowerCase() });
      const button = make('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label }, make('span', { class: `colour-dot dot-${colour}` }));
      button.addEventListener('click', () => this.choose({ colour, write: false }));
      this.bar.append(button);
    }
    const write = make('button', { type: 'button', class: 'btn btn-secondary btn-sm' }, icon('pencil'), t('Ghi chú'));
    write.addEventListener('click', () => this.choose({ colour: 'yellow', write: true }));
    this.bar.append(write, this.share);
    this.share.addEventListener('click', () => this.choose('share'));
    this.bar.addEventListener('pointerdown', (event) => event.preventDefault()); // the words stay chosen
    document.addEventListener('selectionchange', this.listen);
  }

  stop(): void {
    clearTimeout(this.timer);
    document.removeEventListener('selectionchange', this.listen);
    this.bar.remove();
  }

  private settle(): void {
    const range = this.range();
    if (!range) return this.bar.remove();
    this.share.hidden = !this.sharing();
    this.stage.append(this.bar);
    return this.place(range);
  }

  /** Under the chosen words, or above them where there is no room. On touch screens the place is the style sheet's. */
  private place(range: Range): void {
    const stage = this.stage.getBoundingClientRect();
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0 && box.bottom > stage.top && box.top < stage.bottom);
    const [first, last] = [boxes[0], boxes.at(-1)];
    if (!first || !last) return;
    const { width, height } = this.bar.getBoundingClientRect();
    const below = last.bottom - stage.top + GAP_PX;
    const top = below + height < stage.height ? below : Math.max(GAP_PX, first.top - stage.top - height - GAP_PX);
    const left = Math.max(GAP_PX, Math.min(last.left - stage.left, stage.width - width - GAP_PX));
    Object.assign(this.bar.style, { left: `${left}px`, top: `${top}px` });
  }

  private choose(choice: Choice | 'share'): void {
    const range = this.range();
    this.bar.remove();
    if (!range) return;
    if (choice === 'share') this.sharing()?.(range);
    else this.chosen(range, choice);
    getSelection()?.removeAllRanges();
  }

  private range(): Range | undefined {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed || !selection.toString().trim()) return undefined;
    const range = selection.getRangeAt(0);
    return [...this.stage.querySelectorAll('.textLayer')].some((layer) => range.intersectsNode(layer)) ? range : undefined;
  }
}
