/** One place in the room, kept over lost sockets and reloads: hello, resume, requests and their outcomes. No DOM. */

import { VERSION, type ClientMessage, type ServerMessage } from '../generated/protocol';
import { UserError } from '../lib/http';
import { t } from '../lib/i18n';
import { LastingSocket, socketUrl, type SocketState } from '../lib/socket';

/** A message without what this file fills in. */
export type Intent = ClientMessage extends infer M ? (M extends ClientMessage ? Omit<M, 'id' | 'ack'> : never) : never;

/** Where the secret of the place survives a reload. */
export interface Memory {
  read(): string | null;
  write(secret: string | null): void;
}

export interface SignallingOptions {
  path: string;
  /** What the first message of a new place says. */
  hello(): { site?: number | null; carry_media: boolean };
  memory: Memory;
  onMessage(message: ServerMessage): void;
  /** `lost`: coming back by itself; `stopped`: not coming back. */
  onLine(line: Line, why?: UserError): void;
  /** Several attempts in a row were turned away at the door. */
  onStuck(): void;
  /** For tests. */
  create?(url: string): WebSocket;
}

/** `waiting`: at the door of the room, where nothing can be done but to say that one is still there. */
export type Line = 'joining' | 'waiting' | 'open' | 'lost' | 'stopped';

interface Pending {
  message: Intent;
  lasting: boolean;
  resolve(answer: ServerMessage): void;
  reject(error: Error): void;
}

const HELLO_ID = 1;

/** A line on which the server does not answer for this long is dead, whatever the socket says. */
const SILENCE_MS = 6_000;

/** So many attempts in a row without an open socket are more than a broken line. */
const STUCK_AFTER = 3;

/** How many openings in a row may be refused before the person is told. */
const OPENING_TRIES = 3;

export class Signalling {
  line: Line = 'joining';
  session = '';
  private socket: LastingSocket | undefined;
  private lastSeq = 0;
  private nextId = Date.now();
  private readonly pending = new Map<number, Pending>();
  private silence: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private openings = 0;

  constructor(private readonly options: SignallingOptions) {}

  /** Connects and opens the place: resumes the one remembered, else a new one. */
  start(): void {
    const { create, path } = this.options;
    this.socket = new LastingSocket(socketUrl(path), {
      onMessage: (message) => this.received(message as ServerMessage),
      onState: (state) => this.socketBecame(state),
      ...(create ? { create } : {}),
    });
  }

  /** Sends without waiting for an outcome; false when there is no line. */
  tell(message: Intent): boolean {
    if (this.line !== 'open') return false;
    return this.put(message);
  }

  /**
   * Sends and waits for the outcome. Rejects with the server's `UserError`, or with `line-lost`.
   * A `lasting` request waits out a lost line and is sent again, so it must be harmless to repeat.
   */
  request(message: Intent, { lasting = false } = {}): Promise<ServerMessage> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (this.line !== 'open' && !lasting) return reject(lineLost());
      this.pending.set(id, { message, lasting, resolve, reject });
      if (this.line === 'open') this.put(message, id);
      return undefined;
    });
  }

  retryNow(): void { this.socket?.retryNow(); }

  /** Sends a message that must be answered soon: on a dead line a new socket is opened. */
  probe(message: Intent): void {
    clearTimeout(this.silence);
    if (this.line === 'waiting') this.put(message);
    if (this.line !== 'open') return;
    this.silence = setTimeout(() => this.retryNow(), SILENCE_MS);
    this.request(message).catch(() => undefined).finally(() => clearTimeout(this.silence));
  }

  /** Says good-bye and stays away. */
  leave(): void {
    this.tell({ type: 'bye' });
    this.options.memory.write(null);
    this.stop();
  }

  /** Gives up the place without a word. */
  stop(why?: UserError): void {
    clearTimeout(this.silence);
    this.socket?.close();
    this.failPending(true);
    this.become('stopped', why);
  }

  private put(message: Intent, id?: number): boolean {
    return this.socket?.send({ ...message, ...(id ? { id } : {}), ack: this.lastSeq }) ?? false;
  }

  private socketBecame(state: SocketState): void {
    if (state === 'open') return this.open();
    if (state === 'waiting') this.turnedAway();
    if (state === 'closed' || this.line === 'stopped' || (this.line === 'joining' && state === 'connecting')) return undefined;
    clearTimeout(this.silence);
    this.failPending(false);
    this.become('lost');
    return undefined;
  }

  private turnedAway(): void {
    this.failures += 1;
    if (this.failures % STUCK_AFTER === 0) this.options.onStuck();
  }

  private open(): void {
    const secret = this.options.memory.read();
    if (secret) this.put({ type: 'resume', version: VERSION, secret }, HELLO_ID);
    else this.put({ type: 'hello', version: VERSION, ...this.options.hello() }, HELLO_ID);
  }

  private received(message: ServerMessage): void {
    const fresh = this.count(message);
    const { re } = message;
    if (re === HELLO_ID && message.type === 'refused') return this.openingRefused(message);
    if (re) this.settle(re, message);
    if (message.type === 'welcome') this.welcomed(message);
    if (message.type === 'lobby.waiting') this.become('waiting');
    if (message.type === 'bye') return this.dismissed(message);
    if (fresh) this.options.onMessage(message);
    return undefined;
  }

  /** False for a message that was handled before the line was lost. */
  private count(message: ServerMessage): boolean {
    if (message.type === 'welcome' && !message.resumed) this.lastSeq = 0;
    else if (message.type !== 'state' && message.type !== 'welcome' && message.seq && message.seq <= this.lastSeq) return false;
    this.lastSeq = Math.max(this.lastSeq, message.seq);
    return true;
  }

  private welcomed(message: Extract<ServerMessage, { type: 'welcome' }>): void {
    this.session = message.session;
    this.openings = 0;
    this.failures = 0;
    this.options.memory.write(message.secret);
    this.become('open');
    for (const [id, { message: again }] of this.pending) this.put(again, id);
  }

  private openingRefused({ code, message, hint }: Extract<ServerMessage, { type: 'refused' }>): void {
    this.openings += 1;
    if (!this.options.memory.read() || this.openings > OPENING_TRIES) return this.stop(new UserError(code, message, hint));
    this.options.memory.write(null);
    return this.open();
  }

  private dismissed({ reason, action }: Extract<ServerMessage, { type: 'bye' }>): void {
    this.options.memory.write(null);
    if (action === 'rejoin') return undefined;
    return this.stop(new UserError(reason, reason));
  }

  private settle(id: number, message: ServerMessage): void {
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    if (message.type === 'refused') waiting.reject(new UserError(message.code, message.message, message.hint));
    else waiting.resolve(message);
  }

  private failPending(all: boolean): void {
    for (const [id, waiting] of this.pending) {
      if (waiting.lasting && !all) continue;
      this.pending.delete(id);
      waiting.reject(lineLost());
    }
  }

  private become(line: Line, why?: UserError): void {
    if (this.line === line && line !== 'open') return;
    this.line = line;
    this.options.onLine(line, why);
  }
}

function lineLost(): UserError {
  return new UserError('line-lost', t('Đang mất kết nối với máy chủ.'), t('Hệ thống đang tự kết nối lại. Chờ một lát rồi thử lại.'));
}
