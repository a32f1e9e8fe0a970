/** The floor is ours: the microphone opens after three visible, audible seconds, never silently. No DOM. */

/** Seconds between the chime and the open microphone. */
export const CONSENT_S = 3;

export interface ConsentOptions {
  /** Seconds left changed, or the question was answered (`undefined`). */
  onChange(): void;
  /** Open the microphone now. */
  open(): void;
  /** Sound the chime. */
  chime(): void;
  /** This turn on the floor (when it was given) has been answered. */
  answered(turn: string): void;
}

export class Consent {
  /** Seconds until the microphone opens; undefined: nothing is asked. */
  left: number | undefined;
  private turn = '';
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: ConsentOptions, private answered = '') {}

  /** `turn`: when the floor was given to us; empty: it is not ours, or the microphone is open already. */
  consider(turn: string): void {
    if (turn && turn !== this.answered && turn !== this.turn) this.ask(turn);
    else if (!turn && this.left !== undefined) this.end();
  }

  /** This turn needs no question: the microphone was open when the floor came. */
  settle(turn: string): void {
    this.answered = turn;
    this.options.answered(turn);
  }

  openNow(): void {
    if (this.left === undefined) return;
    this.finish();
    this.options.open();
  }

  /** "Not yet": the microphone stays closed until its button is pressed. */
  decline(): void {
    if (this.left !== undefined) this.finish();
  }

  private ask(turn: string): void {
    this.end();
    this.turn = turn;
    this.left = CONSENT_S;
    this.options.chime();
    this.options.onChange();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  private tick(): void {
    this.left = (this.left ?? 0) - 1;
    if (this.left <= 0) this.openNow();
    else this.options.onChange();
  }

  private finish(): void {
    const { turn } = this;
    this.end();
    this.settle(turn);
  }

  private end(): void {
    clearInterval(this.timer);
    this.left = undefined;
    this.turn = '';
    this.options.onChange();
  }
}
