/** What the room shows, computed from the server's messages alone. No DOM, no socket. */

import type {
  AttachmentState, CallState, Caption, ChatEntry, ConsultationState, DocumentState, FloorState, HostFound, ItemState, LayoutState, LobbyChanged, LobbyEntry, LobbyWaiting, Me, PaperWithdrawn, Presiding, QuestionState,
  RecordingState, Rights, ServerMessage, SpeechRequestState, State, WallState,
} from '../generated/protocol';
import { myHost } from './attachment';
import { withEntries } from './chat-channels';
import { withConsultation } from './consultation';
import { reduceFloor, spokenBySite, type Spoken } from './floor-store';
import { shown } from './paper-store';
import { Roster, type Lamp } from './roster';
import { NO_VOTES, isVoting, reduceVotes, type Votes } from './voting';

export type { Lamp } from './roster';
export type Reactions = Extract<ServerMessage, { type: 'reactions.counted' }>['counts'];
export type Source = 'camera' | 'microphone' | 'content' | 'content-audio';

/** One copy of the truth; each field is replaced, never changed in place, but for `roster` (see `rosterVersion`). */
export interface RoomState extends Votes {
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
  /** Who has floor control. */
  presiding: Presiding;
  /** Who was not inside yet must be let in. */
  locked: boolean;
  /** Who is at the door, for those who keep it. */
  lobby: readonly LobbyEntry[];
  /** I am at the door myself: what for. */
  waiting: LobbyWaiting | null;
  roster: Roster;
  rosterVersion: number;
  items: readonly ItemState[];
  item: number | null;
  floor: FloorState | null;
  /** The site that is asked to take the floor. */
  call: CallState | null;
  queue: readonly SpeechRequestState[];
  questions: readonly QuestionState[];
  /** How long sites have spoken in turns that have ended. */
  spoken: Spoken;
  freeDiscussion: boolean;
  contentSite: number | null;
  /** How everybody's screen is arranged, or that each does it for themselves. */
  direction: LayoutState;
  /** The wall that all share. */
  wall: WallState | null;
  /** The site whose picture is on air. */
  programme: number | null;
  document: DocumentState | null;
  /** A paper lies before everybody that I am not to see. */
  documentBarred: boolean;
  /** Papers withdrawn since I came in. */
  withdrawn: readonly PaperWithdrawn[];
  /** The latest of every channel that I read, oldest first. */
  chat: readonly ChatEntry[];
  /** Only those who keep the door write to everybody. */
  chatClosed: boolean;
  /** The last lines of captions, oldest first. */
  captions: readonly Caption[];
  /** Consultation rooms that concern me; who leads knows all. */
  consultations: readonly ConsultationState[];
  /** The one in which this tab is. */
  consulting: number | null;
  /** Meetings attached to mine, or the one to which it is; to who decides also what was asked. */
  attachments: readonly AttachmentState[];
  /** To which meetings mine may be attached, as far as I asked. */
  hosts: readonly HostFound[];
  /** Site in each slot. */
  slots: Readonly<Record<string, number>>;
  speaking: readonly number[];
  /** The recording that runs. */
  recording: RecordingState | null;
  /** I have said that I was told of it. */
  recordingNoted: boolean;
  lamp: Lamp;
  /** How many layers of what I send somebody looks at, once that is known. */
  layersWanted: Readonly<Partial<Record<Source, number>>>;
  /** Slots that show less than they should, because the line carries no more. */
  reduced: readonly string[];
  /** How many people reacted in the last seconds. */
  reactions: Reactions;
  /** Those of them that show nothing. */
  off: readonly string[];
}

export type RoomKey = keyof RoomState;

/** As `meetings.captions.KEPT`. */
const CAPTIONS_KEPT = 3;

export const NO_RIGHTS: Rights = {
  role: 'invited', presides: false, uplink: false, speak: false, present: false, ask: false, chair: false, chat: false, desks: [], vote: false, consult: false,
  admit: false, direct: false, wide: false,
};

export const FREE: LayoutState = { kind: 'free', size: 9, every_s: null, sites: [], by: '' };

export const EMPTY: RoomState = {
  known: false, meeting: 0, title: '', meetingState: 'invited', startsAt: undefined, openedAt: undefined,
  me: { person: 0, name: '', site: 0, sites: [] }, carriesMedia: false, takenBy: '', mainSite: 0,
  rights: NO_RIGHTS, presiding: { person: 0, name: '' }, locked: false, lobby: [], waiting: null,
  roster: new Roster(), rosterVersion: 0, items: [], item: null, floor: null, call: null, queue: [], questions: [],
  spoken: {}, freeDiscussion: false,
  contentSite: null, direction: FREE, wall: null, programme: null, document: null, documentBarred: false, withdrawn: [], chat: [], captions: [], chatClosed: false, consultations: [], consulting: null, attachments: [], hosts: [], slots: {}, speaking: [],
  recording: null, recordingNoted: false,
  lamp: 'unknown', layersWanted: {}, reduced: [], off: [], reactions: {}, ...NO_VOTES,
};

/** The state after `message`. The same object when nothing the room shows has changed. */
export function reduce(state: RoomState, message: ServerMessage): RoomState {
  switch (message.type) {
    case 'state': return fromSnapshot(message, state);
    case 'roster.changed':
      state.roster.apply(message);
      return { ...state, rosterVersion: state.rosterVersion + 1 };
    case 'board.shown': case 'board.changed':
      state.roster.detail(message.sites, message.type === 'board.shown');
      return { ...state, rosterVersion: state.rosterVersion + 1 };
    case 'rights.changed': return { ...state, rights: message.rights };
    case 'chair.changed': return { ...state, presiding: message.presiding };
    case 'lock.changed': return { ...state, locked: message.locked };
    case 'lobby.changed': return { ...state, lobby: atTheDoor(state.lobby, message) };
    case 'lobby.waiting': return { ...state, waiting: message };
    case 'slot.switched': return { ...state, slots: switched(state.slots, message.slot, message.site) };
    case 'track.wanted': return { ...state, layersWanted: { ...state.layersWanted, [message.source]: message.layers } };
    case 'pictures.reduced': return { ...state, reduced: message.slots, off: message.off };
    case 'media.lost': return message.connection === 'receive' ? { ...state, reduced: [], off: [] } : state;
    case 'speaking.changed': return { ...state, speaking: message.sites };
    case 'media.taken':
      return { ...state, carriesMedia: message.mine, takenBy: message.mine ? '' : message.by };
    case 'content.changed': return { ...state, contentSite: message.site };
    case 'layout.changed': return { ...state, direction: message.layout, wall: message.wall };
    case 'wall.turned': return { ...state, wall: message.wall };
    case 'programme.changed': return { ...state, programme: message.site };
    case 'agenda.changed': return { ...state, items: message.items };
    case 'item.opened': return { ...state, item: message.item };
    case 'document.opened': return { ...state, document: message.document, documentBarred: message.barred };
    case 'document.turned': case 'ink.drawn': case 'ink.undone': case 'ink.cleared': return { ...state, document: shown(state.document, message) };
    case 'reactions.counted': return { ...state, reactions: message.counts };
    case 'paper.withdrawn': return { ...state, withdrawn: [...state.withdrawn, message] };
    case 'caption.posted': return { ...state, captions: [...state.captions, message.caption].slice(-CAPTIONS_KEPT) };
    case 'chat.sent': return { ...state, chat: withEntries(state.chat, message.entries) };
    case 'consultation.changed': return { ...state, consultations: withConsultation(state.consultations, message.consultation) };
    case 'consultation.closed': return { ...state, consultations: state.consultations.filter(({ id }) => id !== message.consultation) };
    case 'consultation.moved': return { ...state, consulting: message.consultation, chat: state.chat.filter(({ channel }) => channel !== 'consultation'), slots: {}, speaking: [], layersWanted: {}, reduced: [] };
    case 'attachment.changed': return attached(state, message.attachments);
    case 'attachment.found': return { ...state, hosts: message.hosts };
    case 'chat.closed': return { ...state, chatClosed: message.closed };
    case 'recording.changed': return recorded(state, message.recording);
    case 'quality.changed': return { ...state, lamp: message.lamp };
    case 'consultation.visited': case 'welcome': case 'done': case 'refused': case 'answer': case 'line.measured': case 'bye': case 'microphone.closed': case 'pointer.moved':
      return state;
    case 'discussion.changed': return { ...state, freeDiscussion: message.free };
    case 'meeting.opened': return { ...state, meetingState: 'in_session', openedAt: new Date(message.at) };
    case 'meeting.ended': return { ...state, meetingState: 'ended' };
    default: return isVoting(message) ? { ...state, ...reduceVotes(state, message, state.rights.vote) } : reduceFloor(state, message);
  }
}

function fromSnapshot(message: State, before: RoomState): RoomState {
  const state: RoomState = {
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
    presiding: message.presiding,
    locked: message.locked,
    lobby: message.lobby,
    waiting: null,
    roster: new Roster(message.branches, message.sites),
    rosterVersion: before.rosterVersion + 1,
    items: message.items,
    item: message.item,
    floor: message.floor,
    call: message.call,
    queue: message.queue,
    questions: message.questions,
    spoken: spokenBySite(message.spoken),
    freeDiscussion: message.free_discussion,
    contentSite: message.content_site,
    direction: message.layout,
    wall: message.wall,
    programme: message.programme,
    document: message.document,
    documentBarred: message.document_barred,
    withdrawn: before.withdrawn,
    chat: message.chat,
    chatClosed: message.chat_closed,
    captions: message.captions,
    consultations: message.consultations,
    consulting: message.consulting,
    attachments: message.attachments,
    hosts: before.hosts,
    slots: message.slots,
    speaking: [],
    recording: message.recording,
    recordingNoted: message.recording_noted,
    lamp: before.lamp,
    layersWanted: before.layersWanted,
    reduced: before.reduced,
    reactions: {},
    off: before.off,
    voting: message.voting,
    attendance: message.attendance,
  };
  return attached(state, message.attachments);
}

/** The roster names what is shown of the host, too. */
function attached(state: RoomState, attachments: readonly AttachmentState[]): RoomState {
  const host = myHost({ attachments });
  state.roster.host(host?.shown.sites ?? []);
  const captions = host ? state.captions : state.captions.filter(({ meeting }) => !meeting);
  return { ...state, attachments, captions, rosterVersion: state.rosterVersion + 1 };
}

function atTheDoor(before: readonly LobbyEntry[], { changed, gone }: LobbyChanged): readonly LobbyEntry[] {
  const away = new Set([...gone, ...changed.map((entry) => entry.person)]);
  return [...before.filter((entry) => !away.has(entry.person)), ...changed].sort((a, b) => a.at.localeCompare(b.at));
}

function switched(slots: RoomState['slots'], slot: string, site: number | null): RoomState['slots'] {
  const { [slot]: _before, ...others } = slots;
  return site === null ? others : { ...others, [slot]: site };
}

/** Whoever starts a recording needs no telling. */
function recorded(state: RoomState, recording: RecordingState | null): RoomState {
  const known = recording !== null && recording.id === state.recording?.id;
  return { ...state, recording, recordingNoted: known ? state.recordingNoted : recording?.by_id === state.me.person };
}

/** Fields that are not the same object in both. */
export function changedKeys(before: RoomState, after: RoomState): Set<RoomKey> {
  return new Set((Object.keys(after) as RoomKey[]).filter((key) => before[key] !== after[key]));
}

/** Who speaks: the holder of the floor, else the chair's site. */
export function floorSite(state: RoomState): number {
  return state.floor?.site ?? state.mainSite;
}

/** The agenda item the meeting is at, and its number from 1. */
export function currentItem(state: RoomState): { item: ItemState; number: number } | undefined {
  const index = state.items.findIndex((item) => item.id === state.item);
  const item = state.items[index];
  return item && { item, number: index + 1 };
}

/** Whether sites came or went: lists of sites must be laid out again. */
export function arrivals(message: ServerMessage, before: RoomState): boolean {
  if (message.type === 'state') return true;
  return message.type === 'roster.changed' && before.roster.lastDelta.presence;
}
