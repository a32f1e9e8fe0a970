/** A small meeting for tests. */

import type { SiteState, State } from '../generated/protocol';

export function exampleSite(id: number, change: Partial<SiteState> = {}): SiteState {
  return {
    id, name: `UBND phường ${id}`, kind: 'branch', branch: 'Khối phường, xã', connected: true, people: [],
    camera: true, microphone: false, lamp: 'good', ...change,
  };
}

export function exampleState(change: Partial<State> = {}): State {
  return {
    seq: 2, re: null, type: 'state', meeting: 7, title: 'Giao ban', meeting_state: 'in_session',
    starts_at: '2026-11-24T01:00:00Z', ends_at: '2026-11-24T03:00:00Z', opened_at: '2026-11-24T01:05:00Z',
    me: { person: 30, name: 'Nguyễn Thị Hạnh', site: 3, sites: [3] }, carries_media: true, main_site: 1,
    rights: { speak: false, present: false, ask: true, chair: false },
    sites: [exampleSite(1, { kind: 'main', name: 'UBND thành phố' }), exampleSite(2), exampleSite(3)],
    items: [
      { id: 11, order: 1, title: 'Báo cáo', minutes: 10, presenter: '', papers: [] },
      { id: 12, order: 2, title: 'Thảo luận', minutes: 30, presenter: '', papers: [] },
    ],
    item: null, floor: null, queue: [], free_discussion: false, content_site: null, document: null, chat: [], slots: {},
    ...change,
  };
}
