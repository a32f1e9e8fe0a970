/** The speaking order at this tab: calling, being asked, and the clock with its warnings. No DOM. */

import type { CallState, ServerMessage } from '../generated/protocol';
import { t } from '../lib/i18n';
import type { Announcement } from './announce';
import { ServerClock, WARNINGS, nextInLine, secondsLeft } from './floor-time';
import type { Intent } from './signalling';
import type { RoomState } from './store';

/** The name on the chair's button changed this short a time ago: the press was meant for the one before. */
const UNDER_THE_FINGER_MS = 600;
const TICK_MS = 500;

export interface SpeakingOptions {
  state(): RoomState;
  ask(message: Intent): Promise<boolean>;
  announce(announcement: Announcement): void;
  chime(): void;
  openMicrophone(): void;
  closeMicrophone(): void;
  /** Something that is drawn is not as it was: what was pressed, or (about every minute) the waiting time. */
  onChange(): void;
}

export class Speaking {
  readonly clock = new ServerClock();
  /** Pressed, and not answered by the server yet. */
  pending: 'next' | 'accept' | 'decline' | undefined;
  private nextId: number | undefined;
  private nextSince = -UNDER_THE_FINGER_MS;
  private leftBefore: { deadline: string; left: number } | undefined;
  private ticks = 0;
  /** We accepted and have the floor: the microphone opens with the right to speak, which comes a moment later. */
  private opens = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: SpeakingOptions) {}

  start(): void {
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The call to my site. */
  get asked(): CallState | undefined {
    const { call, me } = this.options.state();
    return call?.site === me.site ? call : undefined;
  }

  /** Seconds my site has to answer, or the one that is asked. */
  get answerLeft(): number {
    const { call } = this.options.state();
    return call ? Math.max(0, Math.ceil((Date.parse(call.answer_by) - this.clock.now()) / 1000)) : 0;
  }

  /** The chair calls the one whose name stands on the button. */
  async next(): Promise<void> {
    const { call } = this.options.state();
    const next = nextInLine(this.options.state());
    if (!next || call || this.pending || performance.now() - this.nextSince < UNDER_THE_FINGER_MS) return;
    await this.press('next', { type: 'floor.next', request: next.id });
  }

  accept(): Promise<void> { return this.press('accept', { type: 'floor.accept' }); }

  decline(): Promise<void> { return this.press('decline', { type: 'floor.decline' }); }

  private async press(name: NonNullable<Speaking['pending']>, message: Intent): Promise<void> {
    if (this.pending) return;
    this.pending = name;
    this.options.onChange();
    await this.options.ask(message);
    this.pending = undefined;
    this.options.onChange();
  }

  heard(message: ServerMessage, before: RoomState): void {
    if (message.type === 'welcome') this.clock.set(message.server_time);
    this.followNext();
    if (message.type === 'microphone.asked' && this.asked) this.options.chime();
    if (message.type === 'state' && this.asked && !before.call) this.options.chime();
    if (message.type === 'floor.granted') this.floorMoved(message.site, before);
    this.openWithRight();
  }

  private openWithRight(): void {
    const { floor, me, rights } = this.options.state();
    if (!this.opens) return;
    if (floor?.site !== me.site) this.opens = false;
    else if (rights.speak) {
      this.opens = false;
      this.options.openMicrophone();
    }
  }

  /** Whoever was asked and took the floor opens the microphone; all but the leaders close theirs. */
  private floorMoved(site: number, before: RoomState): void {
    const { me, carriesMedia, mainSite, rights } = this.options.state();
    if (!carriesMedia) return;
    if (site === me.site && before.call?.site === me.site) this.opens = true;
    else if (site !== me.site && me.site !== mainSite && !rights.chair) this.options.closeMicrophone();
  }

  private followNext(): void {
    const next = nextInLine(this.options.state())?.id;
    if (next === this.nextId) return;
    const first = this.nextId === undefined;
    this.nextId = next;
    if (!first) this.nextSince = performance.now();
  }

  private tick(): void {
    this.ticks += 1;
    if (this.ticks % 40 === 0) this.options.onChange();
    this.warn();
  }

  private warn(): void {
    const { floor } = this.options.state();
    if (!floor || floor.paused_at) {
      this.leftBefore = undefined;
      return;
    }
    const left = secondsLeft(floor, this.clock.now());
    const before = this.leftBefore?.deadline === floor.deadline ? this.leftBefore.left : undefined;
    this.leftBefore = { deadline: floor.deadline, left };
    const crossed = WARNINGS.find((at) => before !== undefined && before > at && left <= at);
    if (crossed !== undefined) this.options.announce(this.warning(floor.site, crossed));
  }

  private warning(site: number, left: number): Announcement {
    const { me, rights, roster } = this.options.state();
    const mine = site === me.site;
    const values = { site: roster.name(site), seconds: left };
    const words = mine
      ? [t('Quý vị đã hết giờ phát biểu.'), t('Quý vị còn {seconds} giây.', values)]
      : [t('{site} đã hết giờ phát biểu.', values), t('{site} còn {seconds} giây.', values)];
    return { text: (left === 0 ? words[0] : words[1]) ?? '', toast: mine || rights.chair };
  }
}
