/** Staying in: what is received on a weak line or an old machine, and what is kept until it can be sent. No DOM. */

import { Guard, Lateness } from './guard';
import type { Health } from './health';
import { Keeper, type Keep } from './kept';
import { Ladder, type Step } from './ladder';
import { Outbox, type Unsent } from './outbox';
import type { Intent, Line } from './signalling';
import type { RoomState } from './store';
import type { Pictures, Viewing } from './viewing';

/** Voices are no longer understood, and break, from these shares on. */
const BROKEN = 0.25;
const BREAKING = 0.1;
const TICK_MS = 2_000;

export interface StayingOptions {
  keeper: Keeper;
  viewing: Viewing;
  state(): RoomState;
  line(): Line;
  /** Picture and sound come over a living connection. */
  media(): boolean;
  send(message: Extract<Intent, { type: 'chat.send' }>): Promise<unknown>;
  onChange(topic: 'pictures' | 'ladder' | 'guard' | 'outbox'): void;
  /** Pictures were given up to keep the voices, or come back. */
  onPictures(pictures: Pictures): void;
}

export class Staying {
  readonly ladder = new Ladder();
  readonly guard = new Guard();
  readonly outbox: Outbox;
  private readonly wish: Keep<Pictures>;
  private wants: Pictures = 'all';
  private readonly lateness = new Lateness();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: StayingOptions) {
    this.wish = options.keeper.of('pictures');
    this.outbox = new Outbox({
      keep: options.keeper.of<Unsent[]>('outbox'),
      ready: () => options.line() === 'open',
      send: options.send,
      onChange: () => options.onChange('outbox'),
    });
  }

  start(): void {
    this.wants = this.wish.read() ?? 'all';
    this.options.viewing.setPictures(this.pictures);
    this.lateness.start();
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.lateness.stop();
  }

  get step(): Step { return this.ladder.step; }

  /** What is received of others' pictures: as the person wishes, or less while the line carries no more. */
  get pictures(): Pictures {
    return this.wants === 'all' && this.ladder.givenUp ? 'none' : this.wants;
  }

  /** The pictures are away because the line is weak; not by this person's wish. */
  get givenUp(): boolean { return this.wants === 'all' && this.ladder.givenUp; }

  /** What the person wants, remembered for this room; "all" also tries again what was given up. True when something changed. */
  choose(pictures: Pictures): boolean {
    const before = this.pictures;
    if (pictures === 'all') this.ladder.tryNow(performance.now());
    this.wants = pictures;
    this.wish.write(pictures);
    this.ladder.tick({ now: performance.now(), wants: pictures });
    this.show();
    return this.pictures !== before;
  }

  /** New measures of what this device receives. */
  measured(health: Health | undefined): void {
    const now = performance.now();
    const late = this.lateness.look();
    const strain = { now, late, frames: health?.frames ?? 0, dropped: health?.dropped ?? 0, decoding: (health?.decoding ?? 0) / cores(), weakLine: this.weak, shown: this.tiles };
    if (!document.hidden && this.guard.look(strain)) this.options.onChange('guard');
    const before = this.pictures;
    const broken = health?.broken ?? 0;
    if (this.ladder.look({ ...this.facts(), now, breaking: broken >= BREAKING, broken: broken >= BROKEN })) this.options.onChange('ladder');
    if (this.pictures === before) return;
    this.show();
    this.options.onPictures(this.pictures);
  }

  /** What is reduced, or the state of line and media, is not as it was. */
  tick(): void {
    if (this.ladder.tick({ ...this.facts(), now: performance.now() })) this.options.onChange('ladder');
  }

  /** What the chat holds of mine was sent, whatever became of the answer. */
  heard(chat: RoomState['chat'], me: number): void {
    if (this.outbox.entries.length) this.outbox.arrived(new Set(chat.filter((entry) => entry.sender_id === me).map(({ key }) => key)));
  }

  private get weak(): boolean {
    const { lamp, reduced } = this.options.state();
    return lamp === 'weak' || lamp === 'bad' || reduced.length > 0;
  }

  /** How many tiles have a picture to show. */
  private get tiles(): number {
    const { roster } = this.options.state();
    return this.options.viewing.tiles.filter((site) => roster.get(site)?.camera).length;
  }

  private facts() {
    const { reduced, off } = this.options.state();
    return { media: this.options.media(), reduced, off, tiles: this.tiles, wants: this.wants, breaking: false, broken: false };
  }

  private show(): void {
    this.options.viewing.setPictures(this.pictures);
    this.options.onChange('pictures');
  }
}

function cores(): number { return Math.max(1, navigator.hardwareConcurrency || 1); }
