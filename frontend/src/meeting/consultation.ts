/** Consultation rooms (phòng hội ý) as this tab knows them: mine, those I am asked into, and how long they last. Pure. */

import type { ConsultationState } from '../generated/protocol';
import { formatDuration } from '../lib/i18n';
import type { RoomState } from './store';

/** Seconds before its end at which those inside are warned. */
export const LAST_MINUTE_S = 60;

/** The room in which this tab is. */
export function myConsultation({ consultations, consulting }: RoomState): ConsultationState | undefined {
  return consultations.find(({ id }) => id === consulting);
}

/** Rooms to which my site is invited and in which this tab is not. */
export function invitations({ consultations, consulting, me }: RoomState): ConsultationState[] {
  return consultations.filter(({ id, sites, recalled }) => id !== consulting && !recalled && sites.includes(me.site));
}

/** Whether the pictures of a site are where mine are: in the same consultation room, or both in the main room. */
export function sitsWithMe(state: RoomState, site: number): boolean {
  const mine = myConsultation(state);
  if (state.consulting !== null) return mine?.inside.some((seat) => seat.site === site) ?? false;
  return !(state.roster.get(site)?.consulting ?? false);
}

/** Sites in this tab's consultation room, in the order of the tree. */
export function sitesWithMe(state: RoomState): number[] {
  const inside = new Set(myConsultation(state)?.inside.map(({ site }) => site));
  return state.roster.present.filter((site) => inside.has(site));
}

/** Whether I may extend a room and call its people back. */
export function holds(room: ConsultationState, { me, rights }: RoomState): boolean {
  return rights.admit || (room.host === me.site && rights.consult);
}

export function secondsOf(room: Pick<ConsultationState, 'ends_at'>, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(room.ends_at) - now) / 1000));
}

/** "04:20". */
export function leftWords(room: Pick<ConsultationState, 'ends_at'>, now: number): string {
  return formatDuration(secondsOf(room, now));
}

/** `rooms` with one that is new, or not as it was. */
export function withConsultation(rooms: readonly ConsultationState[], room: ConsultationState): readonly ConsultationState[] {
  return rooms.some(({ id }) => id === room.id) ? rooms.map((other) => (other.id === room.id ? room : other)) : [...rooms, room];
}
