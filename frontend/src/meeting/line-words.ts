/** What is said of a line, and what helps. Pure. */

import type { LineMeasure, ReceivedPicture, SlotName } from '../generated/protocol';
import { t } from '../lib/i18n';
import type { LineView } from './line';
import type { Line } from './signalling';
import type { Lamp } from './store';

/** From here on it is weak, as meetings/quality.py judges. */
export const WEAK = { loss: 0.06, rtt_ms: 500, jitter_ms: 40 };

export type Verdict = Lamp | 'away';

export interface LineFacts {
  line: Line;
  lamp: Lamp;
  reduced: readonly string[];
  /** What is received: everything, no pictures but the shared screen, or none. */
  pictures: 'all' | 'content' | 'none';
  cameraOn: boolean;
  view: LineView | undefined;
}

/** How the line is, in one step: one that shows less than it should is not good, however few packets are lost. */
export function verdict({ line, lamp, reduced }: Pick<LineFacts, 'line' | 'lamp' | 'reduced'>): Verdict {
  if (line === 'lost') return 'away';
  return lamp === 'good' && reduced.length ? 'weak' : lamp;
}

export const VERDICTS: Record<Verdict, () => string> = {
  good: () => t('Tốt'),
  weak: () => t('Yếu'),
  bad: () => t('Rất yếu'),
  unknown: () => t('Đang đo'),
  away: () => t('Mất kết nối'),
};

export type Help = 'sound-only' | 'camera-off';

/** What to do, and what can be done here with one press. */
export function advice(facts: LineFacts): { text: string; helps: Help[] } {
  const listens = facts.pictures !== 'all';
  switch (verdict(facts)) {
    case 'away': return { text: t('Hệ thống đang tự nối lại, không cần tải lại trang. Hãy kiểm tra dây mạng hoặc Wi-Fi.'), helps: [] };
    case 'unknown': return { text: t('Chờ vài giây.'), helps: [] };
    case 'bad': return listens
      ? { text: t('Quý vị đang chỉ nghe tiếng. Nếu tiếng vẫn đứt quãng: {steps}; rồi gọi cán bộ kỹ thuật.', { steps: steps() }), helps: camera(facts) }
      : { text: t('Bấm “Chỉ nghe tiếng” để giữ tiếng nói. Nên {steps}.', { steps: steps() }), helps: ['sound-only', ...camera(facts)] };
    case 'weak': return { text: t('Tiếng nói được giữ trước; hình tự nét lại khi mạng tốt hơn. Nên {steps}.', { steps: steps() }), helps: listens ? [] : ['sound-only'] };
    default: return upload(facts);
  }
}

function steps(): string {
  return t('cắm dây mạng hoặc lại gần bộ phát Wi-Fi, tắt các chương trình đang tải dữ liệu');
}

function camera({ cameraOn }: LineFacts): Help[] {
  return cameraOn ? ['camera-off'] : [];
}

/** Receiving is well; what is sent may not be. */
function upload(facts: LineFacts): { text: string; helps: Help[] } {
  if ((facts.view?.sent?.loss ?? 0) < WEAK.loss) return { text: t('Quý vị không cần làm gì.'), helps: [] };
  if (!facts.cameraOn) return { text: t('Tiếng của quý vị gửi đi bị mất một phần. Nên {steps}.', { steps: steps() }), helps: [] };
  return { text: t('Hình và tiếng của quý vị gửi đi bị mất một phần. Tắt camera để tiếng rõ hơn.'), helps: ['camera-off'] };
}

/** “nét”, “vừa”, “nhỏ”: a layer among those that a picture has. */
export function sharpness(layer: number, layers: number): string {
  if (layer >= layers - 1) return t('nét');
  return layer === 0 ? t('nhỏ') : t('vừa');
}

/** How one picture comes. */
export function pictureWords(picture: ReceivedPicture): string {
  if (picture.layer < 0) return picture.less === 'line' ? t('tạm tắt') : t('đang chờ hình');
  const words = sharpness(picture.layer, picture.layers);
  return picture.layer >= picture.fits && picture.layer < picture.layers - 1 ? t('{sharpness}, đủ cho khung hình', { sharpness: words }) : words;
}

/** Why a picture is not as large as its place. */
export function reason({ less, layer, fits }: ReceivedPicture): string {
  if (less === 'line' && layer >= fits) return t('Bớt mượt vì mạng yếu, để giữ tiếng nói.');
  if (less === 'line') return layer < 0 ? t('Tạm tắt vì mạng yếu, để giữ tiếng nói.') : t('Bớt nét vì mạng yếu, để giữ tiếng nói.');
  return less === 'sender' ? t('Điểm cầu ấy đang gửi hình nhỏ hơn.') : '';
}

/** The tiles of the wall together. */
export function wallWords(pictures: LineMeasure['pictures']): string {
  const shown = pictures.filter(({ layer }) => layer >= 0).length;
  const off = pictures.filter(({ layer, less }) => layer < 0 && less === 'line').length;
  const words = t('{count} hình nhỏ', { count: shown });
  return off ? t('{shown}, {off} hình tạm tắt', { shown: words, off }) : words;
}

export function isWall(slot: string): slot is SlotName { return slot.startsWith('wall'); }

export function percent(share: number): string { return t('{number} %', { number: Math.round(share * 100) }); }

export function milliseconds(value: number): string { return t('{number} ms', { number: Math.round(value) }); }

/** Bits per second in the unit of providers' contracts, with the comma of the language. */
export function megabits(bitrate: number, language: string): string {
  const number = (bitrate / 1_000_000).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return t('{number} Mbit/giây', { number });
}
