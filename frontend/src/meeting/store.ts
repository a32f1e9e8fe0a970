/** What the room shows, computed from the server's messages alone. No DOM, no socket. */

import type {
  ChatEntry, DocumentState, FloorState, ItemState, Me, Rights, ServerMessage, SpeechRequestState, State,
} from '../generated/protocol';
import { Roster } from './roster';

export type Lamp = 'good' | 'weak' | 'bad' | 'unknown';
export type Source = 'camera' | 'microphone' | 'content' | 'content-audio';

/** One copy of the truth; each field is replaced, never changed in place, but for `roster` (see `rosterVersion`). */
export interface RoomState {
  known: boolean;
  meeting: number;
  title: string;
  meetingState: State['meeting_state'];
  startsAt: Date | undefined;
  openedAt: Date | undefined;
  me: Me;
  carriesMedia: boolean;
  /** Who carries camera and microphone of my site when I do not. */
  takenBy: string;
  mainSite: number;
  rights: Rights;
  roster: Roster;
  rosterVersion: number;
  items: readonly ItemState[];
  item: number | null;
  floor: FloorState | null;
  queue: readonly SpeechRequestState[];
  freeDiscussion: boolean;
  contentSite: number | null;
  document: DocumentState | null;
  chat: readonly ChatEntry[];
  /** Site in each slot. */
  slots: Readonly<Record<string, number>>;
  speaking: readonly number[];
  lamp: Lamp;
  /** What I send and nobody looks at. */
  unwanted: readonly Source[];
}

export type RoomKey = keyof RoomState;

/** The most chat messages that are kept on the page. */
export const CHAT_KEPT = 500;

export const EMPTY: RoomState = {
  known: false, meeting: 0, title: '', meetingState: 'invited', startsAt: undefined, openedAt: undefined,
  me: { person: 0, name: '', site: 0, sites: [] }, carriesMedia: false, takenBy: '', mainSite: 0,
  rights: { speak: false, present: false, ask: false, chair: false },
  roster: new Roster(), rosterVersion: 0, items: [], item: null, floor: null, queue: [], freeDiscussion: false,
  contentSite: null, document: null, chat: [], slots: {}, speaking: [], lamp: 'unknown', unwanted: [],
};

/** The state after `message`. The same object when nothing the room shows has changed. */
export function reduce(state: RoomState, message: ServerMessage): RoomState {
  switch (message.type) {
    case 'state': return fromSnapshot(message, state);
    case 'roster.changed':
      state.roster.apply(message.sites);
      return { ...state, rosterVersion: state.rosterVersion + 1 };
    case 'rights.changed': return { ...state, rights: message.rights };
    case 'slot.switched': return { ...state, slots: switched(state.slots, message.slot, message.site) };
    case 'track.wanted': return { ...state, unwanted: wanted(state.unwanted, message.source, message.on) };
    case 'speaking.changed': return { ...state, speaking: message.sites };
    case 'media.taken':
      return { ...state, carriesMedia: message.mine, takenBy: message.mine ? '' : message.by };
    case 'content.changed': return { ...state, contentSite: message.site };
    case 'agenda.changed': return { ...state, items: message.items };
    case 'item.opened': return { ...state, item: message.item };
    case 'document.opened': return { ...state, document: message.document };
    case 'document.turned': return turned(state, message.version, message.page);
    case 'chat.sent': return { ...state, chat: written(state.chat, message.entry) };
    case 'quality.changed': return { ...state, lamp: message.lamp };
    case 'welcome': case 'done': case 'refused': case 'answer': case 'media.lost': case 'bye':
      return state;
    default: return reduceFloor(state, message);
  }
}

type FloorMessage = Extract<ServerMessage, { type: `floor.${string}` | 'discussion.changed' | `meeting.${string}` }>;

function reduceFloor(state: RoomState, message: FloorMessage): RoomState {
  switch (message.type) {
    case 'floor.requested':
      return { ...state, queue: [...without(state.queue, message.site), { site: message.site, at: message.at }] };
    case 'floor.withdrawn': return { ...state, queue: without(state.queue, message.site) };
    case 'floor.granted':
      return { ...state, queue: without(state.queue, message.site), floor: { site: message.site, at: message.at } };
    case 'floor.ended': return state.floor?.site === message.site ? { ...state, floor: null } : state;
    case 'discussion.changed': return { ...state, freeDiscussion: message.free };
    case 'meeting.opened': return { ...state, meetingState: 'in_session', openedAt: new Date(message.at) };
    case 'meeting.ended': return { ...state, meetingState: 'ended' };
    default: return neverHandled(message, state);
  }
}

/** A message type that this file does not know is an error of the compiler, and harmless at run time. */
function neverHandled(_message: never, state: RoomState): RoomState {
  return state;
}

function fromSnapshot(message: State, before: RoomState): RoomState {
  return {
    known: true,
    meeting: message.meeting,
    title: message.title,
    meetingState: message.meeting_state,
    startsAt: new Date(message.starts_at),
    openedAt: message.opened_at ? new Date(message.opened_at) : undefined,
    me: message.me,
    carriesMedia: message.carries_media,
    takenBy: message.carries_media ? '' : before.takenBy,
    mainSite: message.main_site,
    rights: message.rights,
    roster: new Roster(message.sites),
    rosterVersion: before.rosterVersion + 1,
    items: message.items,
    item: message.item,
    floor: message.floor,
    queue: message.queue,
    freeDiscussion: message.free_discussion,
    contentSite: message.content_site,
    document: message.document,
    chat: message.chat,
    slots: message.slots,
    speaking: [],
    lamp: before.lamp,
    unwanted: before.unwanted,
  };
}

function without(queue: readonly SpeechRequestState[], site: number): SpeechRequestState[] {
  return queue.filter((request) => request.site !== site);
}

function switched(slots: RoomState['slots'], slot: string, site: number | null): RoomState['slots'] {
  const { [slot]: _before, ...others } = slots;
  return site === null ? others : { ...others, [slot]: site };
}

function wanted(unwanted: readonly Source[], source: Source, on: boolean): Source[] {
  const others = unwanted.filter((each) => each !== source);
  return on ? others : [...others, source];
}

function turned(state: RoomState, version: number, page: number): RoomState {
  if (state.document?.version !== version) return state;
  return { ...state, document: { ...state.document, page } };
}

function written(chat: readonly ChatEntry[], entry: ChatEntry): readonly ChatEntry[] {
  if (chat.some((known) => known.key === entry.key && known.sender_id === entry.sender_id)) return chat;
  return [...chat, entry].slice(-CHAT_KEPT);
}

/** Fields that are not the same object in both. */
export function changedKeys(before: RoomState, after: RoomState): Set<RoomKey> {
  return new Set((Object.keys(after) as RoomKey[]).filter((key) => before[key] !== after[key]));
}

/** Whose picture is large: the holder of the floor, else the chair's site. */
export function floorSite(state: RoomState): number {
  return state.floor?.site ?? state.mainSite;
}

/** My place in the queue, from 1; 0 when I do not wait. */
export function placeInQueue(state: RoomState, site: number = state.me.site): number {
  return state.queue.findIndex((request) => request.site === site) + 1;
}

/** The agenda item the meeting is at, and its number from 1. */
export function currentItem(state: RoomState): { item: ItemState; number: number } | undefined {
  const index = state.items.findIndex((item) => item.id === state.item);
  const item = state.items[index];
  return item && { item, number: index + 1 };
}
