import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { troubleOf } from './devices';
import { loudness } from './level';
import { measure } from './quality';
import { tuneAnswer } from './sdp';
import { Viewing } from './viewing';
import { VoiceWatch } from './voice';

const answer = ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 VP8/90000',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10', ''].join('\r\n');

describe('what we ask of Opus', () => {
  it('saves silence in speech, and keeps a film whole', () => {
    const lines = tuneAnswer(answer, ['microphone', 'camera', 'content-audio']).split('\r\n').filter((line) => line.startsWith('a=fmtp'));
    expect(lines).toEqual([
      'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=32000',
      'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=0;stereo=1;maxaveragebitrate=96000',
    ]);
  });

  it('leaves the rest as it is', () => {
    expect(tuneAnswer(answer, []).replaceAll(/a=fmtp:.*\r\n/g, '')).toBe(answer.replaceAll(/a=fmtp:.*\r\n/g, ''));
  });
});

describe('the line', () => {
  const report = (received: number, lost: number) => new Map<string, object>([
    ['a', { type: 'inbound-rtp', packetsReceived: received, packetsLost: lost, jitter: 0.012 }],
    ['b', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 }],
  ]) as unknown as RTCStatsReport;

  it('is measured since the last time', () => {
    const first = measure(report(1000, 500), undefined);
    expect(measure(report(1090, 510), first.totals).measured).toEqual({ loss: 0.1, rtt_ms: 40, jitter_ms: 12 });
  });

  it('has no loss when nothing came', () => {
    expect(measure(report(1000, 500), { received: 1000, lost: 500 }).measured.loss).toBe(0);
  });
});

describe('timers', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('asks only for pictures that are on screen', () => {
    const told: object[] = [];
    const viewing = new Viewing((view) => { told.push(view); return true; });
    viewing.setVisible('floor', true);
    viewing.setWall(new Map([['wall0', 5]]));
    vi.advanceTimersByTime(200);
    viewing.setAsleep(true);
    vi.advanceTimersByTime(200);
    viewing.setAsleep(false);
    viewing.setAsleep(true);
    vi.advanceTimersByTime(200);
    expect(told).toEqual([
      { type: 'view', wall: { wall0: 5 }, hidden: ['chair', 'content'] },
      { type: 'view', wall: {}, hidden: ['floor', 'chair', 'content'] },
    ]);
  });
});

describe('devices', () => {
  it.each([
    ['NotAllowedError', 'denied'], ['NotFoundError', 'missing'], ['NotReadableError', 'busy'], ['SecurityError', 'insecure'], ['OddError', 'unknown'],
  ])('say what to do after %s', (name, code) => {
    const trouble = troubleOf(new DOMException('', name), 'camera');
    expect([trouble.code, trouble.hint.length > 20]).toEqual([code, true]);
  });

  it('measure loudness as the ear does', () => {
    expect(loudness(new Float32Array(8))).toBe(0);
    expect(loudness(new Float32Array(8).fill(1))).toBe(1);
    expect(loudness(new Float32Array(8).fill(0.0316))).toBeCloseTo(0.5, 2);
  });
});

describe('speaking with the microphone closed', () => {
  const heard = (levels: number[]) => {
    const watch = new VoiceWatch();
    return levels.map((level) => watch.hear(level)).includes(true);
  };
  it('is a word, not a cough', () => {
    expect(heard([...Array<number>(20).fill(0.2), 0.7, 0.2, 0.6, 0.7, 0.6, 0.6, 0.5])).toBe(true);
    expect(heard([...Array<number>(20).fill(0.2), 0.9, 0.8, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2])).toBe(false);
  });
  it('is louder than the room by itself', () => {
    expect(heard(Array<number>(60).fill(0.4))).toBe(false);
  });
});
