import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LastingSocket, type SocketState } from './socket';

/** Stands at the network's edge: the test decides when it opens, speaks and closes. */
class Wire {
  static made: Wire[] = [];
  static get last(): Wire { return Wire.made[Wire.made.length - 1] as Wire; }
  readyState = 0;
  sent: string[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: unknown }) => void;
  onclose?: (event: { code: number }) => void;

  constructor(readonly url: string) { Wire.made.push(this); }

  send(text: string): void { this.sent.push(text); }
  close(): void { this.drop(1000); }
  open(): void { this.readyState = WebSocket.OPEN; this.onopen?.(); }
  drop(code = 1006): void { this.readyState = WebSocket.CLOSED; this.onclose?.({ code }); }
}

let messages: unknown[];
let states: SocketState[];
let socket: LastingSocket;

function connect(finalCodes: number[] = []): LastingSocket {
  socket = new LastingSocket('ws://x/', {
    finalCodes,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    create: (url) => new Wire(url) as unknown as WebSocket,
  });
  return socket;
}

beforeEach(() => { vi.useFakeTimers(); Wire.made = []; messages = []; states = []; });
afterEach(() => { socket.close(); vi.useRealTimers(); vi.restoreAllMocks(); });

describe('a lasting socket', () => {
  it('parses what it hears and sends JSON', () => {
    connect();
    expect(socket.send({ type: 'early' })).toBe(false);
    Wire.last.open();
    Wire.last.onmessage?.({ data: '{"type":"hello"}' });
    expect(messages).toEqual([{ type: 'hello' }]);
    expect(socket.send({ type: 'hi' })).toBe(true);
    expect(Wire.last.sent).toEqual(['{"type":"hi"}']);
  });

  it('comes back after 0, 0.3, 1.2, 2.7, three times 3, 5, 7 and again 7 seconds', () => {
    connect();
    for (const seconds of [0, 0.3, 1.2, 2.7, 3, 3, 3, 5, 7, 7]) {
      const before = Wire.made.length;
      Wire.last.drop();
      vi.advanceTimersByTime(Math.max(0, seconds * 1000 - 1));
      if (seconds) expect(Wire.made.length).toBe(before);
      vi.advanceTimersByTime(1);
      expect(Wire.made.length).toBe(before + 1);
    }
  });

  it.each([[60_000, 4], [10, 3]])('after %i ms of being open, there are %i attempts', (stayedMs, attempts) => {
    connect();
    Wire.last.drop(); vi.advanceTimersByTime(1);
    Wire.last.drop(); vi.advanceTimersByTime(300);
    Wire.last.open();
    vi.advanceTimersByTime(stayedMs);
    Wire.last.drop(); vi.advanceTimersByTime(1); // a good connection starts the back-off anew, a flapping one does not
    expect(Wire.made.length).toBe(attempts);
  });

  it('gives up an attempt that the network swallows', () => {
    connect();
    vi.advanceTimersByTime(30_000);
    expect(Wire.made.length).toBeGreaterThan(1);
  });

  it('waits while the browser is offline and tries at once when it is back', () => {
    connect();
    Wire.last.open();
    const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    window.dispatchEvent(new Event('offline'));
    vi.advanceTimersByTime(60_000);
    expect(Wire.made.length).toBe(1);
    online.mockReturnValue(true);
    window.dispatchEvent(new Event('online'));
    expect(Wire.made.length).toBe(2);
    expect(states).toEqual(['open', 'waiting', 'connecting']);
  });

  it('does not come back after a final code', () => {
    connect([4401]);
    Wire.last.open();
    Wire.last.drop(4401);
    vi.advanceTimersByTime(60_000);
    expect(Wire.made.length).toBe(1);
    expect(socket.state).toBe('closed');
  });

  it('stays closed once closed', () => {
    connect();
    Wire.last.open();
    socket.close();
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event('online'));
    expect(Wire.made.length).toBe(1);
  });

  it('ignores what an older connection still says', () => {
    connect();
    const first = Wire.last;
    first.open();
    first.drop();
    vi.advanceTimersByTime(1);
    first.onmessage?.({ data: '{"type":"ghost"}' });
    expect(messages).toEqual([]);
  });
});
