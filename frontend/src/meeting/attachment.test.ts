import { describe, expect, it } from 'vitest';

import type { AttachmentState, HostShown, ServerMessage } from '../generated/protocol';
import { announcement } from './announce';
import { arrange } from './arrangement';
import { askedByMe, askedOfMe, contentSiteOf, isCalled, myGuests, myHost } from './attachment';
import { exampleState } from './example';
import { EMPTY, reduce, type RoomState } from './store';

const shown = (change: Partial<HostShown> = {}): HostShown => ({
  large: 801, inset: 800, content: null, recorded: false, floor: 'none', answer_by: null, deadline: null,
  sites: [{ id: 800, name: 'UBND thành phố', camera: true, microphone: true }, { id: 801, name: 'Sở Y tế', camera: true, microphone: true }], ...change,
});
const attachment = (change: Partial<AttachmentState> = {}): AttachmentState => ({
  id: 5, side: 'guest', attached: true, asked_by: 'guest', by: 'Bình', at: '2026-11-24T01:10:00Z', site: 900,
  title: 'Giao ban thành phố', agency: 'UBND thành phố', shown: shown(), ...change,
});
const told = (...attachments: AttachmentState[]) => ({ seq: 9, re: null, type: 'attachment.changed', attachments }) as ServerMessage;
const after = (...attachments: AttachmentState[]): RoomState => reduce(reduce(EMPTY, exampleState()), told(...attachments));
const own = { kind: 'usual', size: 0, pinned: undefined } as const;

describe('a meeting that is attached to another', () => {
  it('has the host large and inset, by the names of its sites', () => {
    const state = after(attachment());
    expect(arrange(state, own)).toMatchObject({ large: { site: 801, slot: 'floor' }, inset: { site: 800, slot: 'chair' } });
    expect([state.roster.name(801), state.roster.get(801)?.camera, state.roster.present.includes(801)]).toEqual(['Sở Y tế', true, false]);
  });

  it('has its own picture large while its site speaks in the host', () => {
    const state = after(attachment({ shown: shown({ large: 3 }) }));
    expect(arrange(state, own).large.site).toBe(3);
  });

  it('shows one picture once', () => {
    expect(arrange(after(attachment({ shown: shown({ inset: 801 }) })), own).inset).toBeUndefined();
  });

  it('sees the screen that the host shows before its own', () => {
    const mine = { ...after(attachment()), contentSite: 2 };
    expect(contentSiteOf(mine)).toBe(2);
    expect(contentSiteOf({ ...mine, attachments: [attachment({ shown: shown({ content: 801 }) })] })).toBe(801);
  });

  it('is as before when it is detached', () => {
    const state = reduce(after(attachment()), told());
    expect([myHost(state), arrange(state, own).large.site, state.roster.get(801)]).toEqual([undefined, 1, undefined]);
  });

  it('calls those who lead to answer for its site', () => {
    const called = after(attachment({ shown: shown({ floor: 'asked' }) }));
    expect([isCalled(called), isCalled({ ...called, rights: { ...called.rights, chair: true } })]).toEqual([false, true]);
  });

  it('is told apart from what only asks', () => {
    const state = after(attachment({ side: 'host', shown: null }), attachment({ id: 6, side: 'host', attached: false, shown: null }), attachment({ id: 7, side: 'guest', attached: false, shown: null }));
    expect([myGuests(state), askedOfMe(state), askedByMe(state)].map((found) => found.map(({ id }) => id))).toEqual([[5], [6], [7]]);
  });

  it('is said when it begins and when it ends', () => {
    const [before, during] = [reduce(EMPTY, exampleState()), after(attachment())];
    expect(announcement(told(attachment()), before, during)?.text).toContain('Đang nối cầu với');
    expect(announcement(told(), during, reduce(during, told()))?.text).toContain('Đã tách cầu');
  });
});
