import { describe, expect, it } from 'vitest';

import type { ServerMessage } from '../generated/protocol';
import { WHOLE_WIDTH } from '../documents/view';
import { announcement } from './announce';
import { exampleSite, exampleState } from './example';
import { placeInQueue } from './floor-time';
import { EMPTY, NO_RIGHTS, changedKeys, currentItem, floorSite, reduce, type RoomState } from './store';

const entered = () => reduce(EMPTY, exampleState());
const after = (state: RoomState, ...messages: object[]) =>
  messages.reduce<RoomState>((before, message) => reduce(before, { seq: 9, re: null, ...message } as ServerMessage), state);
const at = '2026-11-24T01:10:00Z';
const request = (id: number, site: number, change: object = {}) => ({
  id, site, at, kind: 'speech', item: null, topic: '', seconds: null, state: 'waiting', missed: false, statement: false, ...change,
});
const requested = (id: number, site: number, change: object = {}) => ({ type: 'floor.requested', request: request(id, site, change), before: null });
const granted = (site: number, id: number | null = null) => ({
  type: 'floor.granted', site, former: null,
  floor: { site, at, by: 'Chủ tọa', part: 'speech', request: id, question: null, topic: '', seconds: 180, deadline: '2026-11-24T01:13:00Z', paused_at: null },
});
const ended = (site: number) => ({ type: 'floor.ended', site, spoken: { site, seconds: 60, turns: 1 } });

describe('the room after messages', () => {
  it('shows the chair large until the floor is given, and again when it ends', () => {
    const given = after(entered(), granted(2));
    expect([floorSite(entered()), floorSite(given)]).toEqual([1, 2]);
    expect(floorSite(after(given, ended(2)))).toBe(1);
  });

  it('keeps the floor when the end of an earlier turn comes late', () => {
    const given = after(entered(), granted(3), ended(2));
    expect(floorSite(given)).toBe(3);
  });

  it('queues in the order of asking, and whoever speaks leaves the queue', () => {
    const queued = after(entered(), requested(8, 2), requested(9, 3));
    expect(placeInQueue(queued)).toBe(2);
    expect(placeInQueue(after(queued, granted(2, 8)))).toBe(1);
    expect(placeInQueue(after(queued, { type: 'floor.withdrawn', request: 9, site: 3, refused: false, reason: '' }))).toBe(0);
  });

  it('turns the page of the paper that is open, not of another', () => {
    const document = { version: 5, paper: 4, title: 'Tờ trình', pages: 9, page: 1, view: WHOLE_WIDTH, presenter: 'A', presenter_id: 8, ink: [] };
    const open = after(entered(), { type: 'document.opened', document });
    expect(after(open, { type: 'document.turned', version: 5, page: 3, view: WHOLE_WIDTH }).document?.page).toBe(3);
    expect(after(open, { type: 'document.turned', version: 6, page: 3, view: WHOLE_WIDTH }).document?.page).toBe(1);
  });

  it('shows a chat message once, however often it arrives', () => {
    const entry = { id: 1, key: 'k', channel: 'room', asker: null, asker_name: '', site: 'A', sender: 'B', sender_id: 8, text: 'Chào', at, removed_by: '' };
    const said = after(entered(), { type: 'chat.sent', entries: [entry] });
    expect(after(said, { type: 'chat.sent', entries: [entry] }).chat).toHaveLength(1);
    expect(after(said, { type: 'chat.sent', entries: [{ ...entry, text: '', removed_by: 'C' }] }).chat).toMatchObject([{ id: 1, removed_by: 'C' }]);
  });

  it('empties a slot and fills it', () => {
    const filled = after(entered(), { type: 'slot.switched', slot: 'floor', site: 2 });
    expect(filled.slots).toEqual({ floor: 2 });
    expect(after(filled, { type: 'slot.switched', slot: 'floor', site: null }).slots).toEqual({});
  });

  it('names what changed, and nothing for an answer to a request', () => {
    const before = entered();
    expect([...changedKeys(before, after(before, { type: 'discussion.changed', free: true }))]).toEqual(['freeDiscussion']);
    expect(changedKeys(before, after(before, { type: 'done' })).size).toBe(0);
  });

  it('knows the current item by its number', () => {
    expect(currentItem(after(entered(), { type: 'item.opened', item: 12, by: '' }))?.number).toBe(2);
  });
});

describe('what is said aloud', () => {
  const said = (message: object, before = entered()) =>
    announcement(message as ServerMessage, before, after(before, message));

  it('names who has the floor', () => {
    expect(said(granted(2))?.text).toBe('UBND phường 2 đang phát biểu. Thời gian 3:00.');
    expect(said(granted(3))?.text).toContain('Quý vị có lời');
  });

  it('tells only the chair who asks', () => {
    const chairing = reduce(EMPTY, exampleState({ rights: { ...NO_RIGHTS, role: 'chair', presides: true, uplink: true, speak: true, present: true, chair: true } }));
    expect(said(requested(8, 2))).toBeUndefined();
    expect(said(requested(8, 2), chairing)?.toast).toBe(true);
  });
});

it('adds a site that was invited meanwhile', () => {
  const state = after(entered(), { type: 'roster.changed', marks: {}, sites: [exampleSite(9, { name: 'Sở Y tế' })], branches: exampleState().branches });
  expect([state.roster.size, state.roster.name(9)]).toEqual([4, 'Sở Y tế']);
});
