import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { UserError } from '../../lib/http';
import type { Mark } from './mark';
import { MarkStore } from './store';

const ADDRESSES = { list: '/papers/7/annotations/', keep: '/v/{version}/{key}/', remove: '/v/{version}/{key}/delete/' };
const mark = (text = '', key = 'a'): Mark => ({
  key, version: 3, number: 1, kind: 'highlight', colour: 'yellow', page: 2, rectangles: [], quote: 'chữ', prefix: '', suffix: '', text, strokes: [],
});
const OFFLINE = new UserError('offline', 'Không kết nối được.', '', {}, 0);
const TOO_LONG = new UserError('note-too-long', 'Ghi chú dài quá.', 'Rút ngắn.', {}, 400);

let onServer: Map<string, Mark>;
let said: string[];
let answers: (UserError | undefined)[];
beforeEach(() => { vi.useFakeTimers(); localStorage.clear(); onServer = new Map(); said = []; answers = []; });
afterEach(() => { vi.useRealTimers(); });

/** A reader's page: its store talks to the same server as the one before. */
function page(): MarkStore {
  const post = (url: string, body?: unknown): Promise<unknown> => {
    said.push(url);
    const error = answers.shift();
    if (error) return Promise.reject(error);
    const key = url.split('/')[3] ?? '';
    if (url.endsWith('/delete/')) onServer.delete(key);
    else onServer.set(key, { ...mark(), key, ...(body as Partial<Mark>) });
    return Promise.resolve(undefined);
  };
  return new MarkStore(7, ADDRESSES, () => undefined, post, () => Promise.resolve({ annotations: [...onServer.values()] }));
}

test('typing is saved once the person pauses, the last words only', async () => {
  const store = page();
  for (const text of ['H', 'Hỏi', 'Hỏi lại']) store.put(mark(text));
  expect(store.state).toBe('saving');
  await vi.advanceTimersByTimeAsync(1000);
  expect([store.state, said, onServer.get('a')?.text]).toEqual(['saved', ['/v/3/a/'], 'Hỏi lại']);
});

test('what the network loses is tried again by itself', async () => {
  answers = [OFFLINE, OFFLINE];
  const store = page();
  store.put(mark('Hỏi'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(store.state).toBe('waiting');
  await vi.advanceTimersByTimeAsync(20_000);
  expect([store.state, onServer.get('a')?.text]).toEqual(['saved', 'Hỏi']);
});

test('what was not sent survives a reload, and is sent then', async () => {
  answers = [OFFLINE];
  page().put(mark('Hỏi'));
  await vi.advanceTimersByTimeAsync(1000);
  vi.clearAllTimers();
  const store = page();
  await store.load();
  expect(store.marks.get('a')?.text).toBe('Hỏi');
  await vi.advanceTimersByTimeAsync(1000);
  expect(onServer.get('a')?.text).toBe('Hỏi');
  expect(localStorage.length).toBe(0);
});

test('a deleted mark stays deleted after a reload without network, and comes back when that is undone', async () => {
  onServer.set('a', mark('Hỏi'));
  answers = [OFFLINE];
  const first = page();
  await first.load();
  first.remove(mark('Hỏi'));
  await vi.advanceTimersByTimeAsync(100);
  vi.clearAllTimers();
  const store = page();
  await store.load();
  expect(store.marks.size).toBe(0);
  store.put(mark('Hỏi'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(onServer.get('a')?.text).toBe('Hỏi');
});

test('what the server refuses is kept, not sent again and again, and does not hold up the others', async () => {
  answers = [TOO_LONG];
  const store = page();
  store.put(mark('quá dài'));
  store.put(mark('Hỏi', 'b'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([store.state, store.refusal?.code, said.length, onServer.has('b')]).toEqual(['refused', 'note-too-long', 2, true]);
  store.put(mark('ngắn'));
  await vi.advanceTimersByTimeAsync(1000);
  expect([store.state, onServer.get('a')?.text]).toEqual(['saved', 'ngắn']);
});

test('words typed while others are on their way are sent too', async () => {
  let arrive: () => void = () => undefined;
  const slow: string[] = [];
  const store = new MarkStore(7, ADDRESSES, () => undefined, (_url, body) => {
    slow.push((body as Mark).text);
    return new Promise<void>((resolve) => { arrive = resolve; });
  });
  store.put(mark('một'));
  await vi.advanceTimersByTimeAsync(700);
  store.put(mark('hai'));
  await vi.advanceTimersByTimeAsync(700);
  arrive();
  await vi.advanceTimersByTimeAsync(10);
  arrive();
  await vi.advanceTimersByTimeAsync(10);
  expect([slow, store.state]).toEqual([['một', 'hai'], 'saved']);
});

/** A server that was written to from elsewhere since it was `before`. */
function meeting(before: string, elsewhere: string): { store: MarkStore; bodies: { text?: string; seen?: string[] }[] } {
  const bodies: { text?: string; seen?: string[] }[] = [];
  const store = new MarkStore(7, ADDRESSES, () => undefined, (_url, body) => {
    const said = body as { text?: string; seen?: string[] };
    bodies.push(said);
    const both = [mark(elsewhere), ...(said.text === undefined ? [] : [mark(said.text, 'a-2')])];
    return Promise.resolve(said.seen?.includes(elsewhere) ? undefined : { annotations: both });
  }, () => Promise.resolve({ annotations: [mark(before)] }));
  return { store, bodies };
}

test('a note that was changed here and elsewhere is there twice', async () => {
  const { store, bodies } = meeting('Hỏi', 'ở cơ quan');
  await store.load();
  store.put(mark('trên tàu'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(bodies[0]?.seen).toEqual(['Hỏi']);
  expect([...store.marks.values()].map(({ key, text }) => [key, text])).toEqual([['a', 'ở cơ quan'], ['a-2', 'trên tàu']]);
  expect([store.doubled, store.state, localStorage.length]).toEqual([true, 'saved', 0]);
});

test('a note that was deleted here and changed elsewhere comes back', async () => {
  const { store } = meeting('Hỏi', 'ở cơ quan');
  await store.load();
  store.remove(mark('Hỏi'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(store.marks.get('a')?.text).toBe('ở cơ quan');
});

test('what was sent without an answer is told as known, also after a reload', async () => {
  onServer.set('a', mark('Hỏi'));
  answers = [OFFLINE];
  const first = page();
  await first.load();
  first.put(mark('Hỏi lại'));
  await vi.advanceTimersByTimeAsync(700);
  vi.clearAllTimers();
  const stored = JSON.parse(localStorage.getItem(localStorage.key(0) ?? '') ?? '{}') as { seen: string[] };
  expect(stored.seen).toEqual(['Hỏi', 'Hỏi lại']);
});
