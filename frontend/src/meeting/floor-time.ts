/** Who comes next, when, and how long they still have: worked out from the room's state and the server's time. Pure. */

import type { FloorState, SpeechRequestState } from '../generated/protocol';
import { formatDuration, t } from '../lib/i18n';
import { currentItem, type RoomState } from './store';

/** What a speaker is allotted where nothing else says so: as meetings.speaking_time.USUAL_MINUTES. */
const USUAL_S = 300;
/** Seconds left at which speaker and chair are warned. */
export const WARNINGS = [60, 30, 0] as const;

/** The server's time in this browser: set by `welcome`, carried on by a clock that nobody can put forward or back. */
export class ServerClock {
  private offset = Date.now() - performance.now();

  set(serverTime: string): void {
    this.offset = Date.parse(serverTime) - performance.now();
  }

  /** Milliseconds since 1970. */
  now(): number { return this.offset + performance.now(); }
}

/** Seconds the speaker still has; below zero: over time. */
export function secondsLeft(floor: FloorState, now: number): number {
  const at = floor.paused_at ? Date.parse(floor.paused_at) : now;
  return (Date.parse(floor.deadline) - at) / 1000;
}

/** Those who may be called at the present item, in order. */
export function lineNow(state: RoomState): SpeechRequestState[] {
  return state.queue.filter((request) => state.item === null || request.item === null || request.item === state.item);
}

/** Those who registered for other items. */
export function lineLater(state: RoomState): SpeechRequestState[] {
  const now = new Set(lineNow(state));
  return state.queue.filter((request) => !now.has(request));
}

/** Whom the chair calls next: the first who was not called in vain, else the first of those. */
export function nextInLine(state: RoomState): SpeechRequestState | undefined {
  const line = lineNow(state).filter((request) => request.state !== 'called');
  return line.find((request) => !request.missed) ?? line[0];
}

/** My place in the line, from 1; 0 when I do not wait. */
export function placeInQueue(state: RoomState, site: number = state.me.site): number {
  return lineNow(state).findIndex((request) => request.site === site) + 1;
}

/** My request at the present item. */
export function myRequest(state: RoomState): SpeechRequestState | undefined {
  return lineNow(state).find((request) => request.site === state.me.site);
}

/** Seconds that a request will be allotted at the present item. */
export function allotted(request: SpeechRequestState, state: RoomState): number {
  if (request.state === 'paused' && request.seconds) return request.seconds;
  const limit = (currentItem(state)?.item.speech_minutes ?? 0) * 60;
  const wished = request.seconds ?? 0;
  return Math.min(wished || limit || USUAL_S, limit || wished || USUAL_S);
}

/** Seconds until a site's turn, if everybody before it takes the time allotted. */
export function expectedWait(state: RoomState, now: number, site: number = state.me.site): number {
  const line = lineNow(state);
  const place = line.findIndex((request) => request.site === site);
  const before = line.slice(0, Math.max(0, place)).filter((request) => !request.missed);
  const speaking = state.floor ? Math.max(0, secondsLeft(state.floor, now)) : 0;
  return before.reduce((sum, request) => sum + allotted(request, state), speaking);
}

/** "khoảng 6 phút" */
export function waitWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 1 ? t('sắp đến lượt') : t('khoảng {minutes} phút', { minutes });
}

export interface ClockFace {
  /** "còn 4:20" */
  words: string;
  mood: 'calm' | 'soon' | 'last' | 'over' | 'paused';
}

/** The speaker's clock in words and mood. */
export function clockFace(floor: FloorState, now: number): ClockFace {
  const left = secondsLeft(floor, now);
  if (floor.paused_at) return { words: t('tạm dừng, còn {time}', { time: formatDuration(Math.ceil(left)) }), mood: 'paused' };
  if (left <= 0) return { words: t('quá giờ {time}', { time: formatDuration(-left) }), mood: 'over' };
  const mood = left <= 30 ? 'last' : left <= 60 ? 'soon' : 'calm';
  return { words: t('còn {time}', { time: formatDuration(Math.ceil(left)) }), mood };
}

/** How much a site has spoken against the others that have spoken. */
export function share(state: RoomState, site: number): 'none' | 'usual' | 'much' {
  const mine = state.spoken[site]?.seconds ?? 0;
  if (mine === 0) return 'none';
  const all = Object.values(state.spoken).map((entry) => entry.seconds).sort((one, other) => one - other);
  const median = all[Math.floor((all.length - 1) / 2)] ?? 0;
  return all.length > 2 && mine > median * 1.5 ? 'much' : 'usual';
}

/** "đã nói 3:20 (2 lượt)" */
export function spokenWords(state: RoomState, site: number): string {
  const entry = state.spoken[site];
  if (!entry) return t('chưa phát biểu');
  const words = entry.turns > 1 ? t('đã nói {time} ({turns} lượt)', { time: formatDuration(entry.seconds), turns: entry.turns })
    : t('đã nói {time}', { time: formatDuration(entry.seconds) });
  return share(state, site) === 'much' ? `${words}, ${t('nhiều hơn phần lớn')}` : words;
}
