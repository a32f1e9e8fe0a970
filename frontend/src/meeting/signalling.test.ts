import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ServerMessage } from '../generated/protocol';
import { Signalling, type Line } from './signalling';

/** The far end of a socket, at the edge of our code. */
class FarEnd {
  static made: FarEnd[] = [];
  static get last(): FarEnd { return FarEnd.made.at(-1) as FarEnd; }
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;

  constructor() { FarEnd.made.push(this); }
  send(text: string): void { this.sent.push(JSON.parse(text) as Record<string, unknown>); }
  close(): void { this.drop(); }
  open(): void { this.readyState = 1; this.onopen?.(); }
  drop(): void { this.readyState = 3; this.onclose?.({ code: 1006 }); }
  say(message: object): void { this.onmessage?.({ data: JSON.stringify({ seq: 0, re: null, ...message }) }); }
  welcome(resumed = false, seq = 1): void {
    this.say({ type: 'welcome', seq, session: 's', secret: 'geheim', resumed, server_time: '', ice_servers: [], heartbeat_s: 15 });
  }
}

function place() {
  const heard: ServerMessage[] = [];
  const lines: Line[] = [];
  const stuck = vi.fn();
  let secret: string | null = null;
  const signalling = new Signalling({
    path: '/ws/meetings/7/', hello: () => ({ site: 3, carry_media: true }),
    memory: { read: () => secret, write: (value) => { secret = value; } },
    onMessage: (message) => heard.push(message), onLine: (line) => lines.push(line), onStuck: stuck,
    create: () => new FarEnd() as unknown as WebSocket,
  });
  signalling.start();
  return { signalling, heard, lines, stuck, secret: () => secret };
}

function entered() {
  const room = place();
  FarEnd.last.open();
  FarEnd.last.welcome();
  return room;
}

beforeEach(() => { vi.useFakeTimers(); FarEnd.made = []; });
afterEach(() => { vi.useRealTimers(); });

describe('a place in the room', () => {
  it('is opened with hello and kept by its secret', () => {
    const { secret } = entered();
    expect(FarEnd.last.sent[0]).toMatchObject({ type: 'hello', version: 1, site: 3, carry_media: true });
    expect(secret()).toBe('geheim');
  });

  it('is resumed after a lost socket from the last message handled', () => {
    const { heard } = entered();
    FarEnd.last.say({ type: 'discussion.changed', seq: 5, free: true });
    FarEnd.last.drop();
    vi.advanceTimersByTime(10);
    FarEnd.last.open();
    expect(FarEnd.last.sent[0]).toMatchObject({ type: 'resume', secret: 'geheim', ack: 5 });
    FarEnd.last.welcome(true, 0);
    FarEnd.last.say({ type: 'discussion.changed', seq: 5, free: true });
    FarEnd.last.say({ type: 'discussion.changed', seq: 6, free: false });
    expect(heard.map((message) => message.type)).toEqual(['welcome', 'discussion.changed', 'welcome', 'discussion.changed']);
  });

  it('is taken anew when the server has forgotten it', () => {
    entered();
    FarEnd.last.drop();
    vi.advanceTimersByTime(10);
    FarEnd.last.open();
    FarEnd.last.say({ type: 'refused', re: 1, code: 'no-such-session', message: 'Đã quên.', hint: '' });
    expect(FarEnd.last.sent.at(-1)).toMatchObject({ type: 'hello' });
  });

  it('is given up when a new one is refused', () => {
    const { lines } = place();
    FarEnd.last.open();
    FarEnd.last.say({ type: 'refused', re: 1, code: 'not-invited', message: 'Không được mời.', hint: '' });
    expect(lines.at(-1)).toBe('stopped');
  });

  it('is given up when another tab has taken it', () => {
    const { lines, secret } = entered();
    FarEnd.last.say({ type: 'bye', reason: 'replaced', action: 'stop' });
    expect([lines.at(-1), secret()]).toEqual(['stopped', null]);
  });

  it('is taken up on a new socket when the server falls silent', () => {
    const { signalling, lines } = entered();
    const first = FarEnd.last;
    signalling.probe({ type: 'stat', loss: 0, rtt_ms: 1, jitter_ms: 1 });
    vi.advanceTimersByTime(6_100);
    expect([FarEnd.last === first, first.readyState, lines.at(-1)]).toEqual([false, 3, 'lost']);
    FarEnd.last.open();
    expect(FarEnd.last.sent[0]).toMatchObject({ type: 'resume' });
  });

  it('stays on a socket that answers', () => {
    const { signalling } = entered();
    const first = FarEnd.last;
    signalling.probe({ type: 'stat', loss: 0, rtt_ms: 1, jitter_ms: 1 });
    first.say({ type: 'done', re: first.sent.at(-1)?.id });
    return vi.advanceTimersByTimeAsync(9_000).then(() => { expect(FarEnd.last).toBe(first); });
  });

  it('asks why when it is turned away again and again', () => {
    const { stuck } = entered();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      FarEnd.last.drop();
      vi.advanceTimersByTime(9_000);
    }
    expect(stuck).toHaveBeenCalledTimes(1);
  });
});

describe('a request', () => {
  it('is answered by its number', async () => {
    const { signalling } = entered();
    const asked = signalling.request({ type: 'floor.request' });
    FarEnd.last.say({ type: 'done', re: FarEnd.last.sent.at(-1)?.id });
    await expect(asked).resolves.toMatchObject({ type: 'done' });
  });

  it('is refused with a sentence and a hint', async () => {
    const { signalling } = entered();
    const asked = signalling.request({ type: 'floor.request' });
    FarEnd.last.say({ type: 'refused', re: FarEnd.last.sent.at(-1)?.id, code: 'late', message: 'Muộn rồi.', hint: 'Chờ lượt sau.' });
    await expect(asked).rejects.toMatchObject({ code: 'late', message: 'Muộn rồi.', hint: 'Chờ lượt sau.' });
  });

  it('fails when the line is lost, unless it may be repeated', async () => {
    const { signalling } = entered();
    const once = signalling.request({ type: 'floor.request' });
    const lasting = signalling.request({ type: 'chat.send', key: 'k', text: 'Chào' }, { lasting: true });
    FarEnd.last.drop();
    await expect(once).rejects.toMatchObject({ code: 'line-lost' });
    vi.advanceTimersByTime(10);
    FarEnd.last.open();
    FarEnd.last.welcome(true, 0);
    const again = FarEnd.last.sent.at(-1);
    expect(again).toMatchObject({ type: 'chat.send', key: 'k' });
    FarEnd.last.say({ type: 'done', re: again?.id });
    await expect(lasting).resolves.toMatchObject({ type: 'done' });
  });
});
