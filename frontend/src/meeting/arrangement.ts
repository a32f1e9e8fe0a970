/** How this screen is arranged: by the chair for everybody, or by this person; what is large and what is inset. Pure. */

import { t } from '../lib/i18n';
import { myHost } from './attachment';
import { floorSite, type RoomState } from './store';

/** `usual`: the speaker, the content beside, the other sites below. */
export type Kind = 'usual' | 'floor' | 'floor_chair' | 'floor_content' | 'wall';
export const KINDS: readonly Kind[] = ['usual', 'floor', 'floor_chair', 'floor_content', 'wall'];

/** What this person has chosen for themselves. `size` of the wall; 0: as many as fit. */
export interface Own {
  kind: Kind;
  size: number;
  pinned: number | undefined;
}

export interface Shown {
  site: number;
  /** Out of which slot; `pin`: the one kept for a pinned picture. */
  slot: 'floor' | 'chair' | 'pin';
  why: 'pinned' | 'on-air' | 'speaking' | 'chair' | 'host';
}

export interface Arrangement {
  kind: Kind;
  /** Somebody has arranged everybody's screen so. */
  set: boolean;
  size: number;
  large: Shown;
  inset: Shown | undefined;
  /** My pin, which yields to what is set for everybody until that ends. */
  waiting: number | undefined;
}

export function arrange(state: RoomState, own: Own): Arrangement {
  if (state.consulting !== null) return inConsultation(state);
  const set = state.direction.kind !== 'free';
  const kind = state.direction.kind === 'free' ? own.kind : state.direction.kind;
  const pinned = own.pinned !== undefined && state.roster.get(own.pinned)?.connected ? own.pinned : undefined;
  const everybodys = largeForAll(state);
  const inEffect = !set && pinned !== undefined && pinned !== everybodys.site;
  return {
    kind, set, size: set ? state.direction.size : own.size,
    large: inEffect ? { site: pinned, slot: 'pin', why: 'pinned' } : everybodys,
    inset: inEffect ? everybodys : insetFor(state, kind, everybodys),
    waiting: set ? pinned : undefined,
  };
}

/** In a consultation room nothing is arranged: those inside see each other. */
function inConsultation(state: RoomState): Arrangement {
  return { kind: 'wall', set: true, size: 0, large: largeForAll(state), inset: undefined, waiting: undefined };
}

/** What everybody has in the slot `floor`: as meetings.hosting. */
function largeForAll(state: RoomState): Shown {
  const { programme, floor, roster } = state;
  const host = myHost(state)?.shown;
  if (host) return { site: host.large ?? 0, slot: 'floor', why: 'host' };
  if (programme !== null && roster.get(programme)?.connected) return { site: programme, slot: 'floor', why: 'on-air' };
  return { site: floorSite(state), slot: 'floor', why: floor ? 'speaking' : 'chair' };
}

/** What everybody has in the slot `chair`: the speaker beside a picture on air, else the chair; not twice the same. */
function insetFor(state: RoomState, kind: Kind, large: Shown): Shown | undefined {
  if (kind === 'floor' || kind === 'floor_content') return undefined;
  const host = myHost(state)?.shown;
  if (host) return host.inset === null || host.inset === host.large ? undefined : { site: host.inset, slot: 'chair', why: 'chair' };
  const speaker = floorSite(state);
  if (large.why === 'on-air' && speaker !== large.site) return { site: speaker, slot: 'chair', why: state.floor ? 'speaking' : 'chair' };
  if (large.site === state.mainSite) return undefined;
  return { site: state.mainSite, slot: 'chair', why: 'chair' };
}

export function whyWords(why: Shown['why']): string {
  return { pinned: t('Ghim của tôi'), 'on-air': t('Đang lên hình'), speaking: t('Đang phát biểu'), chair: t('Chủ tọa'), host: t('Cầu đang nối') }[why];
}

/** "Tường hình 9, tuần tra 15 giây mỗi lượt" */
export function layoutWords(kind: Kind | 'free', size: number, every: number | null = null): string {
  if (kind !== 'wall') {
    return {
      free: t('Mỗi người tự chọn'), usual: t('Thông thường'), floor: t('Chỉ người phát biểu'), floor_chair: t('Người phát biểu và chủ tọa'),
      floor_content: t('Người phát biểu và nội dung'),
    }[kind];
  }
  const wall = size ? t('Tường hình {size}', { size }) : t('Tường hình');
  return every ? t('{wall}, đổi hình mỗi {seconds} giây', { wall, seconds: every }) : wall;
}
