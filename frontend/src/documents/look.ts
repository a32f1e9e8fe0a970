/** How a paper lies before a reader: one page or two beside each other, turned, dark. A habit, but for the turn, which is this paper's. */

import { html, type TemplateResult } from 'lit';

import { t } from '../lib/i18n';
import { recall, remember } from '../lib/memory';
import type { PaperEngine } from './engine';
import { iconButton } from './pieces';
import type { Turn } from './turning';

const KEY = 'reader-look';
interface Habit { two?: boolean; dark?: boolean }

/** Whose look it is: only where the person reads `alone` has it any. */
interface Host { alone: boolean; requestUpdate(): void }

export class Look {
  turn: Turn = 0;
  private habit: Habit = recall<Habit>('localStorage', KEY) ?? {};

  constructor(private readonly host: Host, private readonly engine: () => PaperEngine | undefined) {}

  /** Never on narrow screens, which have no room for it. */
  get two(): boolean { return this.host.alone && this.habit.two === true && window.matchMedia('(min-width: 40rem)').matches; }

  get dark(): boolean { return this.host.alone && this.habit.dark === true; }

  /** Pages that one step goes on. */
  get step(): number { return this.two ? 2 : 1; }

  /** A paper was opened: it stands upright. */
  begin(engine: PaperEngine): void {
    this.turn = 0;
    engine.lay(this.two);
    engine.turnTo(0);
  }

  render(): TemplateResult {
    return html`<span class="pv-group pv-look">
      ${iconButton('book', t('Hai trang cạnh nhau'), () => this.set({ two: !this.two }), { pressed: this.two })}
      ${iconButton('arrow-clockwise', t('Xoay trang'), () => this.turnOn())}
      ${iconButton('moon', t('Nền tối'), () => this.set({ dark: !this.dark }), { pressed: this.dark })}
    </span>`;
  }

  private turnOn(): void {
    this.turn = ((this.turn + 90) % 360) as Turn;
    this.engine()?.turnTo(this.turn);
    this.host.requestUpdate();
  }

  private set(change: Habit): void {
    this.habit = { ...this.habit, ...change };
    remember('localStorage', KEY, this.habit);
    if (change.two !== undefined) this.engine()?.lay(this.two);
    this.host.requestUpdate();
  }
}
