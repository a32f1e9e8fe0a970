import { describe, expect, it } from 'vitest';

import type { ConsultationState, ServerMessage } from '../generated/protocol';
import { announcement } from './announce';
import { invitations, leftWords, myConsultation, sitesWithMe, sitsWithMe } from './consultation';
import { exampleSite, exampleState } from './example';
import { EMPTY, reduce, type RoomState } from './store';

const room = (change: Partial<ConsultationState> = {}): ConsultationState => ({
  id: 5, kind: 'group', name: 'Số liệu', host: 2, by: 'Bình', sites: [2, 3], inside: [], opened_at: '2026-11-24T01:10:00Z',
  ends_at: '2026-11-24T01:20:00Z', recalled: false, ...change,
});
const after = (state: RoomState, ...messages: object[]) =>
  messages.reduce<RoomState>((before, message) => reduce(before, { seq: 9, re: null, ...message } as ServerMessage), state);
const entered = () => reduce(EMPTY, exampleState());
const opened = { type: 'consultation.changed', consultation: room() };
const full = { type: 'consultation.changed', consultation: room({ inside: [{ person: 8, name: 'Bình', site: 2 }, { person: 30, name: 'Hạnh', site: 3 }] }) };
const moved = (consultation: number | null, why = 'entered') => ({ type: 'consultation.moved', consultation, why });

describe('a consultation room', () => {
  it('asks me in until I am inside, or everybody is called back', () => {
    const asked = after(entered(), opened);
    expect(invitations(asked)).toHaveLength(1);
    expect(invitations(after(asked, moved(5)))).toHaveLength(0);
    expect(invitations(after(asked, { type: 'consultation.changed', consultation: room({ recalled: true }) }))).toHaveLength(0);
    expect(invitations(after(entered(), { type: 'consultation.changed', consultation: room({ sites: [1, 2] }) }))).toHaveLength(0);
  });

  it('shows those who are inside, and outside those who are not', () => {
    const marks = { type: 'roster.changed', marks: { 2: 'cvh', 3: 'cvh' }, sites: [exampleSite(4, { marks: 'cv' })], branches: exampleState().branches };
    const inside = after(entered(), marks, full, moved(5));
    expect(sitesWithMe(inside)).toEqual([2, 3]);
    expect([sitsWithMe(inside, 2), sitsWithMe(inside, 1)]).toEqual([true, false]);
    const outside = after(inside, moved(null, 'left'), { type: 'roster.changed', marks: { 3: 'cv' }, sites: [], branches: [] });
    expect([sitsWithMe(outside, 2), sitsWithMe(outside, 1)]).toEqual([false, true]);
  });

  it('forgets on the way what only the other room says', () => {
    const said = { id: 1, key: 'k', channel: 'consultation', asker: null, asker_name: '', site: 'A', sender: 'B', sender_id: 8, text: 'Riêng', at: '2026-11-24T01:11:00Z', removed_by: '' };
    const inside = after(entered(), opened, moved(5), { type: 'chat.sent', entries: [said] }, { type: 'slot.switched', slot: 'wall0', site: 2 });
    const back = after(inside, moved(null, 'left'));
    expect([inside.chat.length, back.chat.length, Object.keys(back.slots).length, myConsultation(back)]).toEqual([1, 0, 0, undefined]);
  });

  it('is gone when it is closed', () => {
    expect(after(entered(), opened, { type: 'consultation.closed', consultation: 5 }).consultations).toEqual([]);
  });

  it('says how long it lasts, and that everybody is called back', () => {
    expect(leftWords(room(), Date.parse('2026-11-24T01:15:30Z'))).toContain('4:30');
    const inside = after(entered(), full, moved(5));
    const recalled = { type: 'consultation.changed', consultation: room({ recalled: true }) };
    const message = { seq: 9, re: null, ...recalled } as ServerMessage;
    expect(announcement(message, inside, after(inside, recalled))?.text).toContain('được gọi về');
  });
});
