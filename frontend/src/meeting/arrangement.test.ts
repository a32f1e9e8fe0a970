import { describe, expect, it } from 'vitest';

import type { FloorState, LayoutState, State } from '../generated/protocol';
import { arrange, layoutWords, type Own } from './arrangement';
import { displayParts } from './display-parts';
import { exampleSite, exampleState } from './example';
import { Screen } from './screen';
import { EMPTY, reduce, type RoomState } from './store';
import { Viewing } from './viewing';
import { assignSlots, columns, commonSlots, type WallSlot } from './wall';

const USUAL: Own = { kind: 'usual', size: 0, pinned: undefined };
const MAIN = 1;
const SPEAKER = 2;
const ME = 3;
const speaking = { site: SPEAKER } as FloorState;
const wall: LayoutState = { kind: 'wall', size: 9, every_s: 15, sites: [], by: 'Trần Thị Thư' };

function room(change: Partial<State> = {}): RoomState {
  return reduce(EMPTY, exampleState({ sites: [1, 2, 3, 4].map((id) => exampleSite(id)), ...change }));
}

function sites(state: RoomState, own: Partial<Own> = {}): unknown[] {
  const { large, inset } = arrange(state, { ...USUAL, ...own });
  return [large.site, large.slot, inset?.site, inset?.slot];
}

describe('what is large', () => {
  it('is the chair, then whoever speaks with the chair inset', () => {
    expect(sites(room())).toEqual([MAIN, 'floor', undefined, undefined]);
    expect(sites(room({ floor: speaking }))).toEqual([SPEAKER, 'floor', MAIN, 'chair']);
  });

  it('is the picture on air, with the speaker inset, wherever they sit', () => {
    expect(sites(room({ floor: speaking, programme: 4 }))).toEqual([4, 'floor', SPEAKER, 'chair']);
    expect(sites(room({ programme: 4 }))).toEqual([4, 'floor', MAIN, 'chair']);
    expect(sites(room({ floor: speaking, programme: SPEAKER }))).toEqual([SPEAKER, 'floor', MAIN, 'chair']);
  });

  it('is the speaker again while the site on air is away', () => {
    const away = [exampleSite(1), exampleSite(2), exampleSite(4, { marks: '' })];
    expect(sites(room({ floor: speaking, programme: 4, sites: away }))).toEqual([SPEAKER, 'floor', MAIN, 'chair']);
  });

  it('is what I pinned, while nothing is set for everybody', () => {
    expect(sites(room({ floor: speaking, programme: MAIN }), { pinned: 4 })).toEqual([4, 'pin', MAIN, 'floor']);
    const set = room({ floor: speaking, layout: wall });
    expect(sites(set, { pinned: 4 }).slice(0, 2)).toEqual([SPEAKER, 'floor']);
    expect(arrange(set, { ...USUAL, pinned: 4 }).waiting).toBe(4);
  });

  it('has no inset when only the speaker, or the speaker and the content, is to be seen', () => {
    for (const kind of ['floor', 'floor_content'] as const) expect(sites(room({ floor: speaking }), { kind })[2]).toBeUndefined();
  });
});

describe('the layout', () => {
  it('is my own until one is set for everybody', () => {
    expect(arrange(room(), { ...USUAL, kind: 'wall', size: 4 })).toMatchObject({ kind: 'wall', size: 4, set: false });
    expect(arrange(room({ layout: { ...wall, size: 16 } }), { ...USUAL, kind: 'floor' })).toMatchObject({ kind: 'wall', size: 16, set: true });
  });

  it('is said in words', () => {
    expect(layoutWords('wall', 9, 15)).toBe('Tường hình 9, đổi hình mỗi 15 giây');
    expect(layoutWords('free', 9)).toBe('Mỗi người tự chọn');
  });
});

describe('the slots', () => {
  const NINE = Array.from({ length: 9 }, (_, place) => `wall${place}` as WallSlot);

  it('follow the wall that all share as far as there are any', () => {
    expect([...commonSlots([5, 6], NINE)]).toEqual([[5, 'wall0'], [6, 'wall1']]);
    const many = Array.from({ length: 16 }, (_, site) => site + 1);
    expect(commonSlots(many, NINE).size).toBe(9);
  });

  it('leave those alone that a pin and a preview have', () => {
    expect([...assignSlots(new Map([[5, 'wall8']]), [5, 6], NINE.slice(0, 8))]).toEqual([[5, 'wall0'], [6, 'wall1']]);
  });

  it('stand in a square, on a phone in two columns', () => {
    expect([columns(25, 1900), columns(9, 1200), columns(7, 1200), columns(9, 390), columns(1, 1200)]).toEqual([5, 3, 3, 2, 1]);
  });
});

describe('my screen', () => {
  function screen(state: RoomState, place: object) {
    const memory = { get: () => place, set: (change: object) => { Object.assign(place, change); } };
    const asked = { widened: 0 };
    const wallSlots = Array.from({ length: 9 }, (_, number) => `wall${number}` as WallSlot);
    const viewing = new Viewing(() => true);
    const made = new Screen({ state: () => state, viewing, receiver: { wallSlots, widen: () => { asked.widened += 1; } }, memory, onChange: () => undefined });
    return { made, viewing, asked };
  }

  it('has a pin large in a slot of its own, and leaves a wall for it', () => {
    const { made, viewing } = screen(room(), { kind: 'wall' });
    made.pin(4);
    expect(made.own.kind).toBe('usual');
    expect(viewing.current()).toMatchObject({ wall: { wall7: 4 }, large: ['wall7'] });
    expect(made.tileSlots).not.toContain('wall7');
    made.pin(undefined);
    expect(viewing.current()).toEqual({ type: 'view', wall: {}, hidden: ['floor', 'chair', 'content'] });
  });

  it('previews for who directs, and for nobody else', () => {
    const rights = { ...EMPTY.rights, direct: true, wide: true };
    expect(screen(room({ rights }), { previewed: ME }).made.preview).toBe(ME);
    expect(screen(room(), { previewed: ME }).made.preview).toBeUndefined();
  });

  it('asks for more slots only when a large wall needs them, and only with the right to', () => {
    const shared = { sites: Array.from({ length: 16 }, (_, site) => site + 1), page: 1, pages: 1, turns_at: null };
    const large = { layout: { ...wall, size: 16 as const }, wall: shared };
    const rights = { ...EMPTY.rights, wide: true };
    const cases = [room({ ...large, rights }), room(large), room({ rights })].map((state) => screen(state, {}));
    for (const { made } of cases) made.settle();
    expect(cases.map(({ asked }) => asked.widened)).toEqual([1, 0, 0]);
  });
});

describe('the second screen', () => {
  it('shows a vote before the speaker, and its result after who speaks by then', () => {
    const poll = { state: 'open' } as never;
    const published = { state: 'published' } as never;
    expect(displayParts({ meeting_state: 'in_session', poll, floor: speaking })).toEqual(['item', 'vote', 'speaker']);
    expect(displayParts({ meeting_state: 'in_session', poll: published, floor: speaking })).toEqual(['item', 'speaker', 'vote']);
    expect(displayParts({ meeting_state: 'invited', poll: null, floor: null })).toEqual(['before']);
    expect(displayParts({ meeting_state: 'concluded', poll: null, floor: null })).toEqual(['over']);
  });
});
