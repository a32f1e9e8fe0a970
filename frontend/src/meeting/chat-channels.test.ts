import { describe, expect, it } from 'vitest';

import type { ChatEntry } from '../generated/protocol';
import { CHAT_KEPT, channels, entriesOf, threadsAt, unread, unreadIn, withEntries, withLinks } from './chat-channels';

const ME = 30;
let next = 0;
const entry = (change: Partial<ChatEntry> = {}): ChatEntry => {
  next += 1;
  return {
    id: next, key: `k${next}`, channel: 'room', asker: null, asker_name: '', site: 'Phường A', sender: 'Bình', sender_id: 8,
    text: 'Chào', at: '2026-11-24T01:10:00Z', removed_by: '', ...change,
  };
};
const asked = (asker: number, change: Partial<ChatEntry> = {}) =>
  entry({ channel: 'secretary', asker, asker_name: `Người ${asker}`, sender_id: asker, ...change });

describe('conversations', () => {
  it('of a desk where I sit are one for each who wrote, the latest in front', () => {
    const chat = [asked(1, { site: 'Phường A' }), asked(2), asked(1, { sender_id: ME, site: 'Văn phòng' })];
    expect(threadsAt('secretary', chat).map(({ asker, site }) => [asker, site])).toEqual([[1, 'Phường A'], [2, 'Phường A']]);
    expect(entriesOf(chat, 'secretary:1', ['secretary'])).toHaveLength(2);
  });

  it('of a desk where I do not sit is one', () => {
    const chat = [asked(ME, { sender_id: ME }), asked(ME, { sender_id: 5, text: 'Đã rõ' })];
    expect(entriesOf(chat, 'secretary', [])).toHaveLength(2);
  });

  it('count what others wrote since I looked, each for itself', () => {
    const chat = [entry(), entry({ sender_id: ME }), entry({ removed_by: 'Thư' }), asked(1), asked(2), asked(2)];
    const counts = unread(chat, { 'secretary:1': chat[3]?.id ?? 0 }, ME, ['secretary']);
    expect(Object.fromEntries(counts)).toEqual({ room: 1, 'secretary:2': 2 });
    expect(unreadIn('secretary', counts)).toBe(2);
  });

  it('of a consultation room stands in front while I am in one', () => {
    expect([channels(true)[0], channels(false)[0]]).toEqual(['consultation', 'room']);
  });
});

describe('what is kept on the page', () => {
  it('has each message once, as it is now', () => {
    const said = entry();
    expect(withEntries([said], [{ ...said, text: '', removed_by: 'Thư' }])).toMatchObject([{ id: said.id, text: '' }]);
  });

  it('is the latest of the room, and of all else as much again', () => {
    const mine = asked(ME);
    const full = withEntries([mine], Array.from({ length: CHAT_KEPT + 3 }, () => entry()));
    expect(full).toHaveLength(CHAT_KEPT + 1);
    expect(full[0]).toBe(mine);
  });
});

describe('addresses in a text', () => {
  it('are links without the full stop behind them, and nothing else is', () => {
    expect(withLinks('Xem https://hanoi.gov.vn/a?b=1. Xong')).toEqual(['Xem ', { href: 'https://hanoi.gov.vn/a?b=1' }, '. Xong']);
    expect(withLinks('javascript:alert(1) <b>')).toEqual(['javascript:alert(1) <b>']);
  });
});
