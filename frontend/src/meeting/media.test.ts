import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Consent } from './consent';
import { Desk } from './desk';
import { troubleOf } from './devices';
import { loudness } from './level';
import { measure } from './quality';
import { tuneAnswer } from './sdp';
import { Viewing } from './viewing';

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

  function asked(answered = '') {
    const log: string[] = [];
    const consent = new Consent({
      onChange: () => undefined, open: () => log.push('open'), chime: () => log.push('chime'), answered: (turn) => log.push(turn),
    }, answered);
    return { consent, log };
  }

  it('opens the microphone three seconds after the chime', () => {
    const { consent, log } = asked();
    consent.consider('08:30');
    vi.advanceTimersByTime(2900);
    expect([consent.left, log]).toEqual([1, ['chime']]);
    vi.advanceTimersByTime(200);
    expect(log).toEqual(['chime', '08:30', 'open']);
  });

  it('leaves it closed after "not yet", and does not ask again for this turn', () => {
    const { consent, log } = asked();
    consent.consider('08:30');
    consent.decline();
    consent.consider('08:30');
    vi.advanceTimersByTime(9000);
    expect(log).toEqual(['chime', '08:30']);
  });

  it('stops asking when the floor is taken back, and asks anew for the next turn', () => {
    const { consent, log } = asked('08:30');
    consent.consider('08:30');
    consent.consider('08:45');
    consent.consider('');
    vi.advanceTimersByTime(9000);
    expect([consent.left, log]).toEqual([undefined, ['chime']]);
  });

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

describe('the paper before me', () => {
  const document = { version: 5, paper: 4, title: 'Tờ trình', pages: 9, page: 2, presenter: 'A', presenter_id: 8 };
  function desk(me: number) {
    const asked: object[] = [];
    return { asked, desk: new Desk({ document: () => document, me: () => me, ask: async (message) => { asked.push(message); return true; }, onChange: () => undefined }) };
  }

  it('follows the presenter until I leaf by myself, and back', () => {
    const { desk: mine, asked } = desk(30);
    mine.turned(4);
    expect([mine.page, mine.following, asked]).toEqual([4, false, []]);
    mine.follow();
    expect([mine.page, mine.following]).toEqual([2, true]);
  });

  it('stays where the presenter turned to while older turns are still being told', () => {
    const { desk: presenter } = desk(8);
    presenter.turned(3);
    presenter.turned(4);
    presenter.settle(false);
    expect(presenter.page).toBe(4);
    presenter.settle(true);
    expect(presenter.page).toBe(2);
  });

  it('turns for everybody when I present', () => {
    const { desk: presenter, asked } = desk(8);
    presenter.turned(3);
    expect(asked).toEqual([{ type: 'document.page', page: 3 }]);
  });

  it('shows a paper to me alone without turning the one before everybody', () => {
    const { desk: presenter, asked } = desk(8);
    presenter.readAlone({ version: 6, title: 'Riêng', pages: 3 });
    presenter.turned(2);
    expect([presenter.page, presenter.presenting, asked]).toEqual([2, false, []]);
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
