/** What the checks of a line test mean. Pure. */

import type { LineTestReport } from '../generated/protocol';

export type Finding = LineTestReport['findings'][number];
export type CheckName = Finding['check_name'];
export type Outcome = Finding['outcome'];

export const CHECKS: readonly CheckName[] = [
  'browser', 'camera', 'microphone', 'speaker', 'socket', 'udp', 'tcp', 'relay', 'uplink', 'downlink', 'reconnect',
];

/** Which others a check is run with again: a way to the node is judged beside the other ways, a rate with its reverse. */
const TOGETHER: readonly (readonly CheckName[])[] = [['udp', 'tcp', 'relay'], ['uplink', 'downlink'], ['microphone', 'speaker']];

export function finding(check_name: CheckName, outcome: Outcome, reason = '', value: number | null = null, note = ''): Finding {
  return { check_name, outcome, reason, value, note: note.slice(0, 120) };
}

/** The checks to run so that those of `wanted` are judged anew. */
export function withCompanions(wanted: readonly CheckName[]): CheckName[] {
  const all = new Set(wanted.flatMap((check) => TOGETHER.find((group) => group.includes(check)) ?? [check]));
  return CHECKS.filter((check) => all.has(check));
}

// --- ways to the media node ---------------------------------------------------------------------------

/** What came of trying one way: how long a packet goes there and back, or why it does not. */
export type Way = { ms: number } | 'blocked' | 'not-offered' | 'not-configured' | 'no-node';
export type WayName = 'udp' | 'tcp' | 'relay';

/** One way is enough for a meeting: the others are spare. */
export function judgeWays(ways: Record<WayName, Way>): Finding[] {
  const through = Object.values(ways).some((way) => typeof way === 'object');
  return (['udp', 'tcp', 'relay'] as const).map((name) => judgeWay(name, ways[name], through));
}

function judgeWay(name: WayName, way: Way, through: boolean): Finding {
  if (typeof way === 'object') return finding(name, 'ok', '', Math.round(way.ms));
  if (way === 'not-offered' || way === 'not-configured') return finding(name, 'skipped', way);
  if (way === 'no-node') return finding(name, 'failed', 'no-node');
  if (!through) return finding(name, 'failed', 'blocked');
  return finding(name, 'weak', name === 'udp' ? 'detour' : 'spare');
}

/** The node's answer with its addresses of one transport alone: the browser has no other way then. */
export function onlyTransport(sdp: string, transport: 'udp' | 'tcp'): { sdp: string; offered: boolean } {
  const lines = sdp.split(/\r?\n/);
  const isWanted = (line: string) => line.split(' ')[2]?.toLowerCase() === transport;
  const kept = lines.filter((line) => !line.startsWith('a=candidate:') || isWanted(line));
  return { sdp: kept.join('\r\n'), offered: kept.some((line) => line.startsWith('a=candidate:')) };
}

// --- rates --------------------------------------------------------------------------------------------

/** kbit/s that three layers of a camera and its voice take; two small layers; a voice and papers. */
export const ENOUGH = { hd: 2_000, sd: 700, voice: 100 } as const;
/** Of packets lost, from here on sound breaks. */
const LOSSY = 0.1;

/** `loss`: share of the packets of sound and picture that were lost; undefined when none went. */
export function judgeRate(check: 'uplink' | 'downlink', kbit: number | undefined, loss: number | undefined, note = ''): Finding {
  if (kbit === undefined) return finding(check, 'failed', 'unmeasured', null, note);
  const value = Math.round(kbit);
  if (kbit < ENOUGH.voice) return finding(check, 'failed', 'none', value, note);
  if (loss !== undefined && loss >= LOSSY) return finding(check, 'weak', 'lossy', value, note);
  if (kbit < ENOUGH.sd) return finding(check, 'weak', 'voice', value, note);
  return finding(check, 'ok', kbit >= ENOUGH.hd ? 'hd' : 'sd', value, note);
}

// --- socket -------------------------------------------------------------------------------------------

const SLOW_MS = 500;
const SLOW_RETURN_S = 10;

/** `times`: how long echoes took, in milliseconds. */
export function judgeSocket(times: readonly number[]): Finding {
  if (!times.length) return finding('socket', 'failed', 'blocked');
  const middle = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return finding('socket', middle > SLOW_MS ? 'weak' : 'ok', middle > SLOW_MS ? 'slow' : '', Math.round(middle));
}

/** `seconds` until the dropped socket answered again. */
export function judgeReturn(seconds: number | undefined): Finding {
  if (seconds === undefined) return finding('reconnect', 'failed', 'failed');
  const slow = seconds > SLOW_RETURN_S;
  return finding('reconnect', slow ? 'weak' : 'ok', slow ? 'slow' : '', Math.round(seconds * 10) / 10);
}

// --- sound and picture --------------------------------------------------------------------------------

/** As `loudness` (level.ts): below this there is only noise. */
const SPEECH = 0.35;

/** `levels` over a few seconds; `tone`: the loudspeaker's test tone was heard, so the microphone works. */
export function judgeMicrophone(levels: readonly number[], tone: boolean, note: string): Finding {
  const loudest = Math.max(0, ...levels);
  if (tone || loudest >= SPEECH) return finding('microphone', 'ok', '', Math.round(loudest * 100), note);
  return loudest > 0 ? finding('microphone', 'weak', 'quiet', Math.round(loudest * 100), note)
    : finding('microphone', 'failed', 'silent', 0, note);
}

export type Heard = 'heard' | 'confirmed' | 'unheard' | 'unconfirmed' | 'blocked';

export function judgeSpeaker(heard: Heard): Finding {
  const outcome: Record<Heard, Outcome> = { heard: 'ok', confirmed: 'ok', unheard: 'failed', unconfirmed: 'weak', blocked: 'failed' };
  return finding('speaker', outcome[heard], heard);
}

/** Whether two tones that were played after each other were heard: in each half its own is clearly the louder one. */
export function toneHeard(first: readonly [number, number], second: readonly [number, number], clear_db = 12): boolean {
  return first[0] - first[1] >= clear_db && second[1] - second[0] >= clear_db;
}
