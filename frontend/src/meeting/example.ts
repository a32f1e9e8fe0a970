/** A small meeting for tests. */

import type { SiteState, State } from '../generated/protocol';
import { FREE, NO_RIGHTS } from './store';
import { NO_VOTES } from './voting';

export function exampleSite(id: number, change: Partial<SiteState> = {}): SiteState {
  return {
    id, name: `UBND phường ${id}`, kind: 'branch', branch: 91, marks: 'cv', ...change,
  };
}

export function exampleState(change: Partial<State> = {}): State {
  return {
    seq: 2, re: null, type: 'state', meeting: 7, title: 'Giao ban', meeting_state: 'in_session',
    starts_at: '2026-11-24T01:00:00Z', ends_at: '2026-11-24T03:00:00Z', opened_at: '2026-11-24T01:05:00Z',
    me: { person: 30, name: 'Nguyễn Thị Hạnh', site: 3, sites: [3] }, carries_media: true, main_site: 1,
    rights: { ...NO_RIGHTS, uplink: true, chat: true, ask: true }, presiding: { person: 1, name: 'Trần Văn Chủ' }, locked: false, lobby: [],
    branches: [{ id: 90, name: 'Thành phố', above: null }, { id: 91, name: 'Khối phường, xã', above: 90 }],
    sites: [exampleSite(1, { kind: 'main', branch: 90, name: 'UBND thành phố' }), exampleSite(2), exampleSite(3)],
    items: [
      { id: 11, order: 1, title: 'Báo cáo', minutes: 10, speech_minutes: null, presenter: '', papers: [], barred: false, confidential: false, hidden: false },
      { id: 12, order: 2, title: 'Thảo luận', minutes: 30, speech_minutes: 3, presenter: '', papers: [], barred: false, confidential: false, hidden: false },
    ],
    item: null, floor: null, call: null, queue: [], questions: [], spoken: [],
    free_discussion: false, content_site: null, layout: FREE, wall: null, programme: null, document: null, document_barred: false, chat: [], captions: [], chat_closed: false, consultations: [], consulting: null, attachments: [], slots: {},
    recording: null, recording_noted: false, ...NO_VOTES,
    ...change,
  };
}
