import { describe, expect, it } from 'vitest';

import type { ServerMessage } from '../generated/protocol';
import { announcement } from './announce';
import { exampleSite, exampleState } from './example';
import { EMPTY, changedKeys, currentItem, floorSite, placeInQueue, reduce, type RoomState } from './store';

const entered = () => reduce(EMPTY, exampleState());
const after = (state: RoomState, ...messages: object[]) =>
  messages.reduce<RoomState>((before, message) => reduce(before, { seq: 9, re: null, ...message } as ServerMessage), state);
const at = '2026-11-24T01:10:00Z';

describe('the room after messages', () => {
  it('shows the chair large until the floor is given, and again when it ends', () => {
    const given = after(entered(), { type: 'floor.granted', site: 2, at, by: 'Chủ tọa' });
    expect([floorSite(entered()), floorSite(given)]).toEqual([1, 2]);
    expect(floorSite(after(given, { type: 'floor.ended', site: 2 }))).toBe(1);
  });

  it('keeps the floor when the end of an earlier turn comes late', () => {
    const given = after(entered(), { type: 'floor.granted', site: 3, at, by: '' }, { type: 'floor.ended', site: 2 });
    expect(floorSite(given)).toBe(3);
  });

  it('queues in the order of asking, and whoever speaks leaves the queue', () => {
    const queued = after(entered(), { type: 'floor.requested', site: 2, at }, { type: 'floor.requested', site: 3, at });
    expect(placeInQueue(queued)).toBe(2);
    expect(placeInQueue(after(queued, { type: 'floor.granted', site: 2, at, by: '' }))).toBe(1);
    expect(placeInQueue(after(queued, { type: 'floor.withdrawn', site: 3 }))).toBe(0);
  });

  it('turns the page of the paper that is open, not of another', () => {
    const document = { version: 5, paper: 4, title: 'Tờ trình', pages: 9, page: 1, presenter: 'A', presenter_id: 8 };
    const open = after(entered(), { type: 'document.opened', document });
    expect(after(open, { type: 'document.turned', version: 5, page: 3 }).document?.page).toBe(3);
    expect(after(open, { type: 'document.turned', version: 6, page: 3 }).document?.page).toBe(1);
  });

  it('shows a chat message once, however often it arrives', () => {
    const entry = { id: 1, key: 'k', site: 'A', sender: 'B', sender_id: 8, text: 'Chào', at };
    const said = after(entered(), { type: 'chat.sent', entry });
    expect(after(said, { type: 'chat.sent', entry }).chat).toHaveLength(1);
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
    expect(said({ type: 'floor.granted', site: 2, at, by: '' })?.text).toBe('UBND phường 2 đang phát biểu.');
    expect(said({ type: 'floor.granted', site: 3, at, by: '' })?.text).toContain('điểm cầu của quý vị');
  });

  it('tells only the chair who asks', () => {
    const request = { type: 'floor.requested', site: 2, at };
    const chairing = reduce(EMPTY, exampleState({ rights: { speak: true, present: true, ask: false, chair: true } }));
    expect(said(request)).toBeUndefined();
    expect(said(request, chairing)?.toast).toBe(true);
  });
});

it('adds a site that was invited meanwhile', () => {
  const state = after(entered(), { type: 'roster.changed', sites: [exampleSite(9, { name: 'Sở Y tế' })] });
  expect([state.roster.size, state.roster.name(9)]).toEqual([4, 'Sở Y tế']);
});
