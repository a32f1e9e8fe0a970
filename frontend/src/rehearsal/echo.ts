/** The test's socket: echoes, and a loss that it must survive. No DOM. */

import { LastingSocket, socketUrl } from '../lib/socket';

const ECHOES = 5;
const ANSWER_WITHIN_MS = 5_000;
const OPEN_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 30_000;

export class EchoLine {
  private readonly socket: LastingSocket;
  private waiting: { n: number; done: () => void } | undefined;
  private n = 0;
  private onOpen: (() => void) | undefined;

  constructor(path: string, create?: (url: string) => WebSocket) {
    this.socket = new LastingSocket(socketUrl(path), {
      onMessage: (message) => this.heard(message),
      onState: (state) => { if (state === 'open') this.onOpen?.(); },
      ...(create ? { create } : {}),
    });
  }

  /** Milliseconds of some echoes; none when the socket does not open. */
  async measure(): Promise<number[]> {
    const times: number[] = [];
    if (!(await this.open(OPEN_WITHIN_MS))) return times;
    for (let count = 0; count < ECHOES; count += 1) {
      const time = await this.echo();
      if (time === undefined) break;
      times.push(time);
    }
    return times;
  }

  /** Has the server hang up; seconds until an echo comes again, undefined when none does. */
  async dropAndReturn(): Promise<number | undefined> {
    if (!(await this.open(OPEN_WITHIN_MS))) return undefined;
    const began = performance.now();
    const back = new Promise<void>((resolve) => { this.onOpen = resolve; });
    this.socket.send({ type: 'drop' });
    if (!(await inTime(back, BACK_WITHIN_MS)) || (await this.echo()) === undefined) return undefined;
    return (performance.now() - began) / 1000;
  }

  close(): void { this.socket.close(); }

  private open(within: number): Promise<boolean> {
    if (this.socket.state === 'open') return Promise.resolve(true);
    return inTime(new Promise<void>((resolve) => { this.onOpen = resolve; }), within);
  }

  private async echo(): Promise<number | undefined> {
    this.n += 1;
    const began = performance.now();
    const answered = new Promise<void>((resolve) => { this.waiting = { n: this.n, done: resolve }; });
    if (!this.socket.send({ type: 'echo', n: this.n })) return undefined;
    return (await inTime(answered, ANSWER_WITHIN_MS)) ? performance.now() - began : undefined;
  }

  private heard(message: unknown): void {
    if (typeof message === 'object' && message !== null && 'n' in message && message.n === this.waiting?.n) this.waiting?.done();
  }
}

function inTime(done: Promise<void>, within: number): Promise<boolean> {
  return Promise.race([
    done.then(() => true),
    new Promise<boolean>((resolve) => { setTimeout(() => resolve(false), within); }),
  ]);
}
