import { describe, expect, it } from 'vitest';

import type { ReceivedPicture } from '../generated/protocol';
import { readSent, readSizes } from './line';
import { advice, pictureWords, reason, verdict, wallWords, type LineFacts } from './line-words';
import { scales } from './sender';
import { Viewing } from './viewing';

const report = (entries: object[]) => new Map(entries.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport;
const facts = (change: Partial<LineFacts> = {}): LineFacts =>
  ({ line: 'open', lamp: 'good', reduced: [], pictures: 'all', cameraOn: true, view: undefined, ...change });
const picture = (change: Partial<ReceivedPicture> = {}): ReceivedPicture => ({ slot: 'floor', layer: 2, layers: 3, fits: 2, less: '', ...change });

describe('measuring', () => {
  it('finds the size of each slot by its section', () => {
    const order = ['0', '1', '2', 'f', 'c'];
    const sizes = readSizes(report([
      { type: 'inbound-rtp', kind: 'video', mid: 'f', frameWidth: 1280, frameHeight: 720, framesPerSecond: 24.6 },
      { type: 'inbound-rtp', kind: 'video', mid: 'c' }, { type: 'inbound-rtp', kind: 'audio', mid: '0' },
    ]), order);
    expect(sizes).toEqual({ floor: { width: 1280, height: 720, frames: 25 } });
  });

  it('takes the worst loss and the largest picture of what is sent', () => {
    const camera = { type: 'outbound-rtp', mid: 'b', framesPerSecond: 30 };
    const sent = readSent(report([
      { type: 'remote-inbound-rtp', fractionLost: 0.02, roundTripTime: 0.04 }, { type: 'remote-inbound-rtp', fractionLost: 0.09 },
      { ...camera, frameWidth: 320, frameHeight: 180 }, { ...camera, frameWidth: 640, frameHeight: 360, qualityLimitationReason: 'cpu' },
      { type: 'outbound-rtp', mid: 'screen', frameWidth: 1920, frameHeight: 1080, framesPerSecond: 5 },
    ]), ['a', 'b']);
    expect(sent).toEqual({ loss: 0.09, rtt_ms: 40, picture: { width: 640, height: 360, frames: 30 }, limited: 'cpu' });
  });
});

describe('a camera', () => {
  it('is sent whole in the last of the layers that a browser sends of it', () => {
    expect(scales({ width: 1280, height: 720 })).toEqual([4, 2, 1]);
    expect(scales({ width: 640, height: 480 })).toEqual([2, 1, 1]);
    expect(scales({ width: 320, height: 180 })).toEqual([1, 1, 1]);
  });
});

describe('words', () => {
  it('call a line weak that shows less than it should', () => {
    expect(verdict({ line: 'open', lamp: 'good', reduced: ['wall0'] })).toBe('weak');
    expect(verdict({ line: 'lost', lamp: 'good', reduced: [] })).toBe('away');
  });

  it('say what to do, and offer what was not done yet', () => {
    expect(advice(facts()).text).toBe('Quý vị không cần làm gì.');
    expect(advice(facts({ lamp: 'bad' })).helps).toEqual(['sound-only', 'camera-off']);
    expect(advice(facts({ lamp: 'bad', pictures: 'none', cameraOn: false })).helps).toEqual([]);
    const view = { received: undefined, sizes: {}, node: null, sent: { loss: 0.2, rtt_ms: 0, picture: undefined, limited: 'none' as const } };
    expect(advice(facts({ view })).helps).toEqual(['camera-off']);
  });

  it('say how a picture comes and why', () => {
    expect(pictureWords(picture())).toBe('nét');
    expect(pictureWords(picture({ layer: 1, fits: 1 }))).toBe('vừa, đủ cho khung hình');
    expect(pictureWords(picture({ layer: 0, less: 'line' }))).toBe('nhỏ');
    expect(reason(picture({ layer: 0, less: 'line' }))).toContain('Bớt nét vì mạng yếu');
    expect(reason(picture({ less: 'line' }))).toContain('Bớt mượt vì mạng yếu');
    expect(pictureWords(picture({ layer: -1, less: 'line' }))).toBe('tạm tắt');
    expect(wallWords([picture({ slot: 'wall0', layer: 0 }), picture({ slot: 'wall1', layer: -1, less: 'line' })])).toBe('1 hình nhỏ, 1 hình tạm tắt');
  });
});

describe('sound only', () => {
  it('asks for no picture, or for the shared screen alone', () => {
    const viewing = new Viewing(() => true);
    viewing.setWall(new Map([['wall0', 5]]));
    for (const slot of ['floor', 'chair', 'content'] as const) viewing.setVisible(slot, true);
    expect(viewing.current()).toEqual({ type: 'view', wall: { wall0: 5 }, hidden: [] });
    viewing.setPictures('none');
    expect(viewing.current()).toEqual({ type: 'view', wall: {}, hidden: ['floor', 'chair', 'content'] });
    viewing.setPictures('content');
    expect(viewing.current()).toEqual({ type: 'view', wall: {}, hidden: ['floor', 'chair'] });
    viewing.setPictures('all');
    expect(viewing.current().hidden).toEqual([]);
  });
});
