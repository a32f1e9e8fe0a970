/** What we ask of the other side in its answer. Pure. */

import type { Source } from './store';

/** Speech: silence costs nothing (DTX), single lost packets are repaired (in-band FEC), 32 kbit/s are ample. */
const SPEECH = { minptime: '10', useinbandfec: '1', usedtx: '1', maxaveragebitrate: '32000' };
/** The sound of a film that is shown: stereo, no gaps. */
const MUSIC = { minptime: '10', useinbandfec: '1', usedtx: '0', stereo: '1', maxaveragebitrate: '96000' };

/** Splits a session description into its session part and its media sections. */
export function sections(sdp: string): string[] {
  return sdp.split(/(?=^m=)/m);
}

/**
 * The node's answer to a `send` offer with our wishes for Opus in it: a browser's encoder does what the
 * answer's `fmtp` prefers (RFC 7587, section 7). `kinds` names each media section.
 */
export function tuneAnswer(sdp: string, kinds: readonly Source[]): string {
  const [session = '', ...media] = sections(sdp);
  return session + media.map((section, index) => tuneSection(section, kinds[index])).join('');
}

function tuneSection(section: string, kind: Source | undefined): string {
  if (!section.startsWith('m=audio')) return section;
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (!payload) return section;
  const wishes = Object.entries(kind === 'content-audio' ? MUSIC : SPEECH).map(([key, value]) => `${key}=${value}`).join(';');
  const line = new RegExp(`^a=fmtp:${payload} .*$`, 'm');
  if (line.test(section)) return section.replace(line, `a=fmtp:${payload} ${wishes}`);
  return section.replace(new RegExp(`^(a=rtpmap:${payload} .*?)(\\r?\\n)`, 'm'), `$1$2a=fmtp:${payload} ${wishes}$2`);
}
