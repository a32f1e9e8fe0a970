import { describe, expect, it } from 'vitest';

import {
  judgeMicrophone, judgeRate, judgeReturn, judgeSocket, judgeSpeaker, judgeWays, onlyTransport, toneHeard, withCompanions, type Way,
} from './findings';
import { browserName } from './equipment';

const outcomes = (ways: { udp: Way; tcp: Way; relay: Way }) => judgeWays(ways).map(({ outcome, reason }) => `${outcome} ${reason}`.trim());

describe('ways to the media node', () => {
  it('says honestly what is not configured', () => {
    expect(outcomes({ udp: { ms: 12 }, tcp: 'not-offered', relay: 'not-configured' })).toEqual(['ok', 'skipped not-offered', 'skipped not-configured']);
  });
  it('lets a meeting go another way than UDP, and says that it is a detour', () => {
    expect(outcomes({ udp: 'blocked', tcp: { ms: 40 }, relay: 'blocked' })).toEqual(['weak detour', 'ok', 'weak spare']);
  });
  it('fails when nothing goes through', () => {
    expect(outcomes({ udp: 'blocked', tcp: 'blocked', relay: 'not-configured' })).toEqual(['failed blocked', 'failed blocked', 'skipped not-configured']);
  });
  it('does not blame the site for a node that is away', () => {
    expect(outcomes({ udp: 'no-node', tcp: 'no-node', relay: 'not-configured' })).toEqual(['failed no-node', 'failed no-node', 'skipped not-configured']);
  });
});

describe('an answer for one transport', () => {
  const answer = ['v=0', 'a=candidate:1 1 udp 2130706431 10.0.0.1 4000 typ host', 'a=candidate:2 1 TCP 1 10.0.0.1 443 typ host tcptype passive', 'a=end-of-candidates', ''].join('\r\n');
  it('keeps only its addresses', () => {
    expect(onlyTransport(answer, 'tcp')).toEqual({ offered: true, sdp: answer.split('\r\n').filter((line) => !line.includes(' udp ')).join('\r\n') });
    expect(onlyTransport(answer, 'udp').sdp).not.toContain('TCP');
  });
  it('notices that there are none', () => {
    expect(onlyTransport(answer.replace(/^a=candidate:2.*\r\n/m, ''), 'tcp').offered).toBe(false);
  });
});

describe('rates', () => {
  const said = (kbit: number | undefined, loss?: number) => {
    const { outcome, reason } = judgeRate('uplink', kbit, loss);
    return `${outcome} ${reason}`;
  };
  it('says what a line is enough for', () => {
    expect([said(5_000), said(900), said(300), said(60), said(undefined)]).toEqual(['ok hd', 'ok sd', 'weak voice', 'failed none', 'failed unmeasured']);
  });
  it('warns of a wide line that loses packets', () => {
    expect(said(5_000, 0.2)).toBe('weak lossy');
    expect(said(5_000, 0.02)).toBe('ok hd');
  });
});

describe('sound', () => {
  it('is heard in speech or in the test tone; silence is a fault, noise a warning', () => {
    const outcome = (levels: number[], tone = false) => judgeMicrophone(levels, tone, '').outcome;
    expect([outcome([0, 0.6]), outcome([0.1], true), outcome([0.1]), outcome([0, 0]), outcome([])]).toEqual(['ok', 'ok', 'weak', 'failed', 'failed']);
  });
  it('takes only a tone that follows what was played', () => {
    expect(toneHeard([-40, -80], [-80, -45])).toBe(true);
    expect(toneHeard([-40, -42], [-41, -45])).toBe(false);
    expect(toneHeard([-40, -80], [-40, -80])).toBe(false);
  });
  it('believes a person, and nobody only half', () => {
    expect((['heard', 'confirmed', 'unheard', 'unconfirmed'] as const).map((heard) => judgeSpeaker(heard).outcome)).toEqual(['ok', 'ok', 'failed', 'weak']);
  });
});

describe('the socket', () => {
  it('is judged by the middle of its echoes', () => {
    expect(judgeSocket([20, 22, 900])).toMatchObject({ outcome: 'ok', value: 22 });
    expect(judgeSocket([800, 900, 20])).toMatchObject({ outcome: 'weak', reason: 'slow' });
    expect(judgeSocket([])).toMatchObject({ outcome: 'failed', reason: 'blocked' });
  });
  it('must come back', () => {
    expect(judgeReturn(0.42)).toMatchObject({ outcome: 'ok', value: 0.4 });
    expect(judgeReturn(undefined)).toMatchObject({ outcome: 'failed' });
  });
});

it('runs again what is judged together', () => {
  expect(withCompanions(['tcp', 'camera'])).toEqual(['camera', 'udp', 'tcp', 'relay']);
});

it('names the browser as people do', () => {
  expect(browserName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0')).toBe('Edge 131, Windows');
  expect(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0')).toBe('Firefox 133, Linux');
});
