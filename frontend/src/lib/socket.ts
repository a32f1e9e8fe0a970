/** A WebSocket that comes back by itself. */

/**
 * Seconds before each attempt to come back; the last one repeats. A server that starts again within ten seconds has everybody
 * back within fifteen.
 */
export const BACK_OFF_S: readonly number[] = [0, 0.3, 1.2, 2.7, 3, 3, 3, 5, 7];

/** A connection that lived this long was a good one: the next loss is tried again at once. */
const GOOD_AFTER_MS = 5_000;
/** An attempt that hangs this long will not succeed. */
const ATTEMPT_MS = 6_000;

export type SocketState = 'connecting' | 'open' | 'waiting' | 'closed';

export interface SocketOptions {
  /** One message from the server, already parsed. */
  onMessage(message: unknown): void;
  onState?(state: SocketState): void;
  /** Close codes after which coming back makes no sense (refused, signed out, replaced). */
  finalCodes?: readonly number[];
  onFinal?(code: number): void;
  /** For tests. */
  create?(url: string): WebSocket;
}

/** `path` on this host as ws:// or wss://. */
export function socketUrl(path: string): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * Connects at once, and again after each loss: 0 – 0.3 – 1.2 – 2.7 – 3 – 3 – 3 – 5 – 7 – 7 … s.
 * While the browser says it is offline it waits; the `online` event tries at once.
 */
export class LastingSocket {
  state: SocketState = 'connecting';
  private socket: WebSocket | undefined;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private openedAt = 0;
  private readonly online = () => { if (this.state === 'waiting') this.retryNow(); };
  private readonly offline = () => { this.socket?.close(); };

  constructor(private readonly url: string | (() => string), private readonly options: SocketOptions) {
    window.addEventListener('online', this.online);
    window.addEventListener('offline', this.offline);
    this.connect();
  }

  /** Sends one message as JSON; false when there is no connection (nothing is queued). */
  send(message: object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Tries at once and starts the back-off anew: the person pressed "try again", or the network is back. */
  retryNow(): void {
    const old = this.socket;
    this.attempt = 0;
    this.connect();
    old?.close();
  }

  /** Closes for good. */
  close(): void {
    clearTimeout(this.timer);
    window.removeEventListener('online', this.online);
    window.removeEventListener('offline', this.offline);
    const socket = this.socket;
    this.socket = undefined;
    this.become('closed');
    socket?.close();
  }

  private connect(): void {
    if (this.state === 'closed') return;
    clearTimeout(this.timer);
    this.openedAt = 0;
    this.become('connecting');
    const url = typeof this.url === 'string' ? this.url : this.url();
    const socket = this.options.create?.(url) ?? new WebSocket(url);
    this.socket = socket;
    this.timer = setTimeout(() => socket.close(), ATTEMPT_MS);
    socket.onopen = () => { if (socket === this.socket) this.opened(); };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (socket === this.socket && typeof event.data === 'string') this.options.onMessage(JSON.parse(event.data));
    };
    socket.onclose = (event) => { if (socket === this.socket) this.lost(event.code); };
  }

  private opened(): void {
    clearTimeout(this.timer);
    this.openedAt = Date.now();
    this.become('open');
  }

  private lost(code: number): void {
    clearTimeout(this.timer);
    if (this.openedAt && Date.now() - this.openedAt > GOOD_AFTER_MS) this.attempt = 0;
    if (this.options.finalCodes?.includes(code)) {
      this.close();
      this.options.onFinal?.(code);
      return;
    }
    this.become('waiting');
    if (!navigator.onLine) return;
    const seconds = BACK_OFF_S[Math.min(this.attempt, BACK_OFF_S.length - 1)] ?? 7;
    this.attempt += 1;
    this.timer = setTimeout(() => this.connect(), seconds * 1000);
  }

  private become(state: SocketState): void {
    if (state === this.state) return;
    this.state = state;
    this.options.onState?.(state);
  }
}
