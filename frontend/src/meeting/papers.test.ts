import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { WHOLE_WIDTH, sameZoom, shownPart, type PageView } from '../documents/view';
import type { DocumentState, ItemState } from '../generated/protocol';
import { Desk } from './desk';
import { Marker, thinned } from './marker';
import { shown } from './paper-store';
import { Prefetch } from './prefetch';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const ZOOMED: PageView = { fit: 'part', x: 100, y: 300, span: 400 };
const paper: DocumentState = { version: 5, paper: 4, title: 'Tờ trình', pages: 9, page: 2, view: WHOLE_WIDTH, presenter: 'A', presenter_id: 8, ink: [] };

describe('the paper before me', () => {
  let document: DocumentState = paper;
  beforeEach(() => { document = paper; });
  function desk(me: number) {
    const asked: object[] = [];
    return { asked, desk: new Desk({ document: () => document, me: () => me, ask: async (message) => { asked.push(message); return true; }, onChange: () => undefined }) };
  }

  it('follows the presenter until I leaf by myself, and back', () => {
    const { desk: mine, asked } = desk(30);
    mine.turned(4);
    expect([mine.page, mine.following, mine.place, asked]).toEqual([4, false, undefined, []]);
    mine.follow();
    expect([mine.page, mine.following, mine.place]).toEqual([2, true, { page: 2, view: WHOLE_WIDTH, anew: 1 }]);
  });

  it('follows the part of the page, and knows when I look at another one', () => {
    const { desk: mine } = desk(30);
    mine.stray();
    expect([mine.following, mine.strayed]).toEqual([true, true]);
    document = { ...paper, page: 3, view: ZOOMED };
    mine.settle(false);
    expect([mine.strayed, mine.place?.view]).toEqual([false, ZOOMED]);
  });

  it('stays where the presenter turned to while older turns are still being told', () => {
    const { desk: presenter } = desk(8);
    presenter.turned(3);
    presenter.turned(4);
    presenter.settle(false);
    expect(presenter.page).toBe(4);
    presenter.settle(true);
    expect(presenter.page).toBe(2);
  });

  it('turns for everybody when I present: at once, then four times a second at most', () => {
    const { desk: presenter, asked } = desk(8);
    presenter.turned(3);
    vi.advanceTimersByTime(0);
    expect(asked).toEqual([{ type: 'document.page', page: 3, view: WHOLE_WIDTH }]);
    for (let y = 10; y <= 200; y += 10) presenter.moved(3, { ...WHOLE_WIDTH, y });
    vi.advanceTimersByTime(240);
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(20);
    expect(asked.slice(1)).toEqual([{ type: 'document.page', page: 3, view: { ...WHOLE_WIDTH, y: 200 } }]);
  });

  it('does not say again what everybody sees already', () => {
    const { desk: presenter, asked } = desk(8);
    presenter.moved(2, { ...WHOLE_WIDTH, y: 1 });
    vi.advanceTimersByTime(1000);
    expect(asked).toEqual([]);
  });

  it('shows a paper to me alone without turning the one before everybody', () => {
    const { desk: presenter, asked } = desk(8);
    presenter.readAlone({ version: 6, title: 'Riêng', pages: 3 });
    presenter.turned(2);
    presenter.moved(2, ZOOMED);
    vi.advanceTimersByTime(1000);
    expect([presenter.page, presenter.presenting, asked]).toEqual([2, false, []]);
  });
});

describe('the part of a page in sight', () => {
  const page = { left: 0, top: -500, width: 1000, height: 1400 };

  it('is told relative to the page', () => {
    expect(shownPart('1.5', { left: 200, top: 0, width: 500, height: 300 }, page)).toEqual({ fit: 'part', x: 200, y: 357, span: 500 });
    expect(shownPart('page-width', { left: 0, top: -500, width: 1000, height: 700 }, page)).toEqual(WHOLE_WIDTH);
    expect(shownPart('page-fit', { left: -300, top: -500, width: 1600, height: 700 }, page)).toEqual({ fit: 'page', x: 0, y: 0, span: 1600 });
  });

  it('is as large in any window that fits the page', () => {
    expect(sameZoom({ ...WHOLE_WIDTH, span: 900 }, WHOLE_WIDTH)).toBe(true);
    expect(sameZoom(ZOOMED, { ...ZOOMED, span: 401 })).toBe(false);
  });
});

describe('what I show on the paper', () => {
  let document: DocumentState = paper;
  let asked: { type: string; points?: number[]; key?: string }[] = [];
  let refuse = false;
  const marker = (presenting = true) => new Marker({
    document: () => document, presenting: () => presenting, onChange: () => undefined,
    ask: async (message) => { asked.push(message as never); return !refuse; }, tell: (message) => { asked.push(message as never); return true; },
  });
  beforeEach(() => { document = paper; asked = []; refuse = false; });

  it('is drawn here at once and told five times a second', () => {
    const pen = marker();
    pen.begin(2, 100, 100);
    for (let x = 200; x < 1200; x += 100) pen.draw(x, 100);
    pen.draw(1101, 101); // too near to see
    expect(pen.strokes[0]?.points).toHaveLength(22);
    vi.advanceTimersByTime(200);
    expect(asked).toHaveLength(1);
    pen.draw(2000, 100);
    pen.end();
    vi.advanceTimersByTime(1000);
    expect(asked.map(({ points }) => points?.length)).toEqual([22, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is the server\u2019s once it is there whole', () => {
    const pen = marker();
    pen.begin(2, 1, 1);
    pen.end();
    vi.advanceTimersByTime(200);
    const key = asked[0]?.key ?? '';
    document = { ...paper, ink: [{ key, page: 2, colour: 'red', points: [1, 1] }] };
    pen.settle(false);
    expect(pen.strokes).toBe(document.ink);
    document = { ...paper, ink: [] };
    expect(pen.strokes).toEqual([]);
  });

  it('stays on its paper', () => {
    const pen = marker();
    pen.begin(2, 1, 1);
    pen.settle(true);
    expect(pen.strokes).toEqual([]);
  });

  it('goes again when the server refuses it', async () => {
    refuse = true;
    const pen = marker();
    pen.begin(2, 1, 1);
    pen.end();
    await vi.advanceTimersByTimeAsync(200);
    expect(pen.strokes).toEqual([]);
  });

  it('is where I point, thinned, until I leave the page', () => {
    const hand = marker();
    for (let x = 0; x < 100; x += 1) hand.point({ page: 2, x, y: 7 });
    vi.advanceTimersByTime(200);
    expect(asked[0]?.points).toHaveLength(48);
    expect(asked[0]?.points?.slice(-2)).toEqual([99, 7]);
    hand.point(undefined);
    hand.point(undefined);
    expect(asked.slice(1)).toEqual([{ type: 'pointer.move', page: 1, points: [] }]);
  });

  it('is nothing when somebody else presents', () => {
    const hand = marker(false);
    hand.take('pen');
    hand.begin(2, 1, 1);
    vi.advanceTimersByTime(1000);
    expect([hand.inHand, asked]).toEqual(['none', []]);
  });

  it('keeps the last point when it thins a path', () => {
    expect(thinned([1, 1, 2, 2, 3, 3, 4, 4], 2)).toEqual([2, 2, 4, 4]);
  });
});

describe('the ink of the paper before everybody', () => {
  it('ignores another paper', () => {
    expect(shown(paper, { seq: 1, re: null, type: 'ink.cleared', version: 6, page: null })).toBe(paper);
  });
});

describe('papers that will be needed', () => {
  const item = (id: number, ...versions: number[]): ItemState => ({
    id, order: id, title: '', minutes: 10, speech_minutes: null, presenter: '', barred: false, confidential: false, hidden: false, papers: versions.map((version) => ({ version, paper: version, title: '', pages: 3 })),
  });
  const file = new Uint8Array(300_000).map((_, index) => index % 251);
  let got: string[] = [];
  const get = (async (address: string, options: RequestInit) => {
    const range = (options.headers as Record<string, string>).Range ?? '';
    got.push(`${address} ${range}`);
    const [first = 0, last = 0] = (/(\d+)-(\d+)/.exec(range) ?? []).slice(1).map(Number);
    const part = file.slice(first, last + 1);
    return { status: 206, headers: new Headers({ 'Content-Range': `bytes ${first}-${first + part.length - 1}/${file.length}` }), arrayBuffer: async () => part.buffer };
  }) as unknown as typeof fetch;
  const prefetch = (now: number | null, chance = 0, sites = 632, lamp: 'good' | 'weak' = 'good') => new Prefetch({
    items: () => [item(1, 10), item(2), item(3, 30, 31), item(4, 40)], item: () => now, sites: () => sites, lamp: () => lamp,
    address: (version) => `/${version}/`, get, chance: () => chance,
  });
  beforeEach(() => { got = []; });

  it('are those of this item and the next one that has any', async () => {
    prefetch(1).plan();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([...new Set(got.map((each) => each.split(' ')[0]))]).toEqual(['/10/', '/30/', '/31/']);
  });

  it('come whole, and may be used up', async () => {
    const papers = prefetch(null);
    papers.plan();
    await vi.advanceTimersByTimeAsync(60_000);
    const bytes = papers.stored('/10/');
    expect(new Uint8Array(bytes ?? new ArrayBuffer(0))).toEqual(file);
    structuredClone(bytes, { transfer: bytes ? [bytes] : [] });
    expect(papers.stored('/10/')?.byteLength).toBe(file.length);
    expect(papers.stored('/40/')).toBeUndefined();
  });

  it('are asked for at different moments, within five minutes for a whole city', async () => {
    const [early, late] = [prefetch(1, 0), prefetch(1, 1)];
    early.plan();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(got.length).toBeGreaterThan(0);
    got = [];
    late.plan();
    await vi.advanceTimersByTimeAsync(295_000);
    expect(got).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(got.length).toBeGreaterThan(0);
  });

  it('come in small parts on a weak line', async () => {
    prefetch(1, 0, 1, 'weak').plan();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(got[0]).toBe('/10/ bytes=0-32767');
  });

  it('are fetched once, also when the agenda is told again', async () => {
    const papers = prefetch(1);
    papers.plan();
    papers.plan();
    await vi.advanceTimersByTimeAsync(60_000);
    papers.plan();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(got.filter((each) => each.startsWith('/10/ bytes=0-'))).toHaveLength(1);
  });
});
