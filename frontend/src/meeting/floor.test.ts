import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FloorState, SpeechRequestState } from '../generated/protocol';
import { exampleState } from './example';
import { ServerClock, allotted, clockFace, expectedWait, lineNow, nextInLine, secondsLeft, spokenWords, waitWords } from './floor-time';
import { Speaking } from './speaking';
import { EMPTY, reduce, type RoomState } from './store';

const START = Date.parse('2026-11-24T01:10:00Z');
const at = new Date(START).toISOString();
const floor = (seconds: number, change: Partial<FloorState> = {}): FloorState => ({
  site: 2, at, by: '', part: 'speech', request: null, question: null, topic: '', seconds,
  deadline: new Date(START + seconds * 1000).toISOString(), paused_at: null, ...change,
});
const request = (id: number, site: number, change: Partial<SpeechRequestState> = {}): SpeechRequestState => ({
  id, site, at, kind: 'speech', item: null, topic: '', seconds: null, state: 'waiting', missed: false, statement: false, ...change,
});
const room = (change: Parameters<typeof exampleState>[0]): RoomState => reduce(EMPTY, exampleState(change));

describe('the clock', () => {
  it('says what is left, warns by its mood, and counts over time', () => {
    const face = (seconds: number) => clockFace(floor(120), START + seconds * 1000);
    expect([face(0), face(60), face(91), face(125)]).toEqual([
      { words: 'còn 2:00', mood: 'calm' }, { words: 'còn 1:00', mood: 'soon' }, { words: 'còn 0:29', mood: 'last' }, { words: 'quá giờ 0:05', mood: 'over' },
    ]);
  });

  it('stands while it is stopped', () => {
    const stopped = floor(120, { paused_at: new Date(START + 30_000).toISOString() });
    expect([secondsLeft(stopped, START + 99_000), clockFace(stopped, START + 99_000).mood]).toEqual([90, 'paused']);
  });

  it('goes by the server, not by this machine', () => {
    const clock = new ServerClock();
    clock.set('2030-01-01T00:00:00Z');
    expect(Math.abs(clock.now() - Date.parse('2030-01-01T00:00:00Z'))).toBeLessThan(50);
  });
});

describe('the line', () => {
  it('is that of the present item; who was called in vain is passed over', () => {
    const state = room({ item: 11, queue: [request(1, 1, { item: 12 }), request(2, 2, { missed: true }), request(3, 3)] });
    expect(lineNow(state).map(({ id }) => id)).toEqual([2, 3]);
    expect(nextInLine(state)?.id).toBe(3);
    expect(nextInLine(room({ queue: [request(2, 2, { missed: true })] }))?.id).toBe(2);
  });

  it('waits for who speaks and for those before, as long as the item allots', () => {
    const queue = [request(1, 1), request(2, 2, { seconds: 600 }), request(3, 3)];
    expect(expectedWait(room({ queue, floor: floor(120) }), START + 60_000)).toBe(60 + 300 + 600);
    expect(expectedWait(room({ queue, item: 12 }), START)).toBe(180 + 180);
    expect(allotted(request(4, 2, { state: 'paused', seconds: 200 }), room({ item: 12 }))).toBe(200);
    expect([waitWords(20), waitWords(370)]).toEqual(['sắp đến lượt', 'khoảng 6 phút']);
  });

  it('says who spoke how long, in words', () => {
    const state = room({ spoken: [{ site: 1, seconds: 60, turns: 1 }, { site: 2, seconds: 500, turns: 2 }, { site: 3, seconds: 70, turns: 1 }] });
    expect([spokenWords(state, 1), spokenWords(state, 2), spokenWords(state, 9)])
      .toEqual(['đã nói 1:00', 'đã nói 8:20 (2 lượt), nhiều hơn phần lớn', 'chưa phát biểu']);
  });
});

describe('speaking', () => {
  beforeEach(() => { vi.useFakeTimers({ now: START, toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] }); });
  afterEach(() => { vi.useRealTimers(); });

  function place(state: RoomState) {
    const done: string[] = [];
    const holder = { state };
    const speaking = new Speaking({
      state: () => holder.state,
      ask: (message) => { done.push(message.type); return Promise.resolve(true); },
      announce: ({ text, toast }) => done.push(`${toast ? '!' : ''}${text}`),
      chime: () => done.push('chime'), openMicrophone: () => done.push('open'), closeMicrophone: () => done.push('close'), onChange: () => undefined,
    });
    const hear = (message: object) => {
      const before = holder.state;
      holder.state = reduce(before, { seq: 1, re: null, ...message } as never);
      speaking.heard(message as never, before);
    };
    return { speaking, done, hear };
  }
  const call = (site: number) => ({ type: 'microphone.asked', call: { site, part: 'speech', request: null, question: null, by: 'A', at, answer_by: at } });
  const granted = (site: number) => ({ type: 'floor.granted', site, floor: floor(90, { site }), former: null });

  it('warns the speaker at 60 and 30 seconds and at the end, once each', () => {
    const { speaking, done, hear } = place(room({}));
    hear({ type: 'welcome', server_time: at });
    hear(granted(3));
    speaking.start();
    vi.advanceTimersByTime(100_000);
    speaking.stop();
    expect(done).toEqual(['!Quý vị còn 60 giây.', '!Quý vị còn 30 giây.', '!Quý vị đã hết giờ phát biểu.']);
  });

  it('opens the microphone with the right to speak, and only after the site was asked', () => {
    const { done, hear } = place(room({}));
    const rights = { ...room({}).rights, speak: true };
    hear(call(3));
    hear(granted(3));
    expect(done).toEqual(['chime']);
    hear({ type: 'rights.changed', rights });
    expect(done).toEqual(['chime', 'open']);
    const unasked = place(room({ rights }));
    unasked.hear(granted(3));
    expect(unasked.done).toEqual([]);
  });

  it('closes the microphone when another site gets the floor', () => {
    const { done, hear } = place(room({ free_discussion: true }));
    hear(granted(2));
    expect(done).toEqual(['close']);
  });

  it('sends nothing when the name changed under the finger', async () => {
    const { speaking, done, hear } = place(room({ queue: [request(1, 1), request(2, 2)] }));
    hear({ type: 'done' });
    vi.advanceTimersByTime(2000);
    hear({ type: 'floor.withdrawn', request: 1, site: 1, refused: false, reason: '' });
    await speaking.next();
    expect(done).toEqual([]);
    vi.advanceTimersByTime(1000);
    await speaking.next();
    expect(done).toEqual(['floor.next']);
  });
});
