/** The floor, the queue and question time as the server's messages leave them. No DOM, no clock. */

import type { FloorState, ServerMessage, SpeechRequestState, SpokenState } from '../generated/protocol';
import type { RoomState } from './store';

/** Seconds and turns by site. */
export type Spoken = Readonly<Record<number, SpokenState>>;
export type FloorMessage = Extract<ServerMessage, { type: `floor.${string}` | `question.${string}` | 'queue.ordered' | 'microphone.asked' }>;

/** The state after a message about the floor. */
export function reduceFloor(state: RoomState, message: FloorMessage): RoomState {
  switch (message.type) {
    case 'floor.requested': return { ...state, queue: placed(state.queue, message.request, message.before) };
    case 'floor.withdrawn': return { ...state, queue: without(state.queue, message.request) };
    case 'queue.ordered': return { ...state, queue: ordered(state.queue, message.order) };
    case 'microphone.asked': return { ...state, call: message.call };
    case 'floor.declined': return state.call?.site === message.site ? { ...state, call: null } : state;
    case 'floor.granted':
      return {
        ...state, call: null, floor: message.floor, queue: without(state.queue, message.floor.request),
        spoken: message.former ? withSpoken(state.spoken, message.former) : state.spoken,
      };
    case 'floor.ended':
      return {
        ...state, spoken: withSpoken(state.spoken, message.spoken),
        floor: state.floor?.site === message.site ? null : state.floor,
      };
    case 'floor.extended': return timed(state, message.site, { seconds: message.seconds, deadline: message.deadline });
    case 'floor.paused': return timed(state, message.site, { paused_at: message.at });
    case 'floor.resumed': return timed(state, message.site, { paused_at: null, deadline: message.deadline });
    case 'question.asked': {
      const { question } = message;
      const known = state.questions.some((other) => other.id === question.id);
      return { ...state, questions: known ? state.questions.map((other) => (other.id === question.id ? question : other)) : [...state.questions, question] };
    }
    case 'question.closed': return { ...state, questions: state.questions.filter((question) => question.id !== message.question) };
    default: return neverHandled(message, state);
  }
}

/** A message type that this file does not know is an error of the compiler, and harmless at run time. */
function neverHandled(_message: never, state: RoomState): RoomState {
  return state;
}

export function spokenBySite(spoken: readonly SpokenState[]): Spoken {
  return Object.fromEntries(spoken.map((entry) => [entry.site, entry]));
}

function withSpoken(spoken: Spoken, entry: SpokenState): Spoken {
  return { ...spoken, [entry.site]: entry };
}

function timed(state: RoomState, site: number, change: Partial<FloorState>): RoomState {
  return state.floor?.site === site ? { ...state, floor: { ...state.floor, ...change } } : state;
}

type Queue = readonly SpeechRequestState[];

function without(queue: Queue, id: number | null): Queue {
  return id === null ? queue : queue.filter((request) => request.id !== id);
}

function placed(queue: Queue, request: SpeechRequestState, before: number | null): Queue {
  const others = without(queue, request.id);
  const place = others.findIndex((other) => other.id === before);
  return place < 0 ? [...others, request] : [...others.slice(0, place), request, ...others.slice(place)];
}

function ordered(queue: Queue, order: readonly number[]): Queue {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = (request: SpeechRequestState) => places.get(request.id) ?? order.length;
  return [...queue].sort((one, other) => place(one) - place(other));
}
