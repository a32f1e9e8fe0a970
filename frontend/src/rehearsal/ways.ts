/** Tries the ways to the media node, each with a connection of its own. No DOM. */

import type { IceServer, LineTestOffer } from '../generated/protocol';
import { UserError } from '../lib/http';
import { pause } from '../lib/pause';
import { prefer, rtcServers } from '../meeting/peer';
import { onlyTransport, type Way, type WayName } from './findings';

/** The node's answer to an offer. */
export type Ask = (offer: Omit<LineTestOffer, 'run'>) => Promise<string>;

const WITHIN_MS = 12_000;
const LOOK_EVERY_MS = 200;
const LOOKS = 15;

export function tryWay(name: WayName, ask: Ask, relays: readonly IceServer[]): Promise<Way> {
  if (name === 'relay' && !relays.length) return Promise.resolve('not-configured');
  return connected(name, ask, name === 'relay' ? relays : []);
}

async function connected(name: WayName, ask: Ask, relays: readonly IceServer[]): Promise<Way> {
  const connection = new RTCPeerConnection({
    iceServers: rtcServers(relays), bundlePolicy: 'max-bundle', iceTransportPolicy: name === 'relay' ? 'relay' : 'all',
  });
  try {
    prefer(connection.addTransceiver('audio', { direction: 'sendonly' }), 'audio');
    await connection.setLocalDescription();
    const answer = await ask({ path: name, connection: 'send', sdp: connection.localDescription?.sdp ?? '', kinds: ['microphone'] });
    const { sdp, offered } = onlyTransport(answer, name === 'tcp' ? 'tcp' : 'udp');
    if (!offered) return 'not-offered';
    await connection.setRemoteDescription({ type: 'answer', sdp });
    return (await isUp(connection)) ? { ms: await delay(connection) } : 'blocked';
  } catch (error) {
    return isOurs(error) ? 'no-node' : 'blocked';
  } finally {
    connection.close();
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof UserError && ['no-media-node', 'media-node-unavailable', 'server'].includes(error.code);
}

/** Whether the connection is up in time. */
export function isUp(connection: RTCPeerConnection, within = WITHIN_MS): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (up: boolean) => { clearTimeout(timer); connection.removeEventListener('connectionstatechange', look); resolve(up); };
    const look = () => {
      if (connection.connectionState === 'connected') done(true);
      else if (connection.connectionState === 'failed' || connection.connectionState === 'closed') done(false);
    };
    const timer = setTimeout(() => done(false), within);
    connection.addEventListener('connectionstatechange', look);
    look();
  });
}

interface Pair { type: string; nominated?: boolean; state?: string; currentRoundTripTime?: number }

/** There and back, in milliseconds, as the browser's own checks of the path say. */
async function delay(connection: RTCPeerConnection): Promise<number> {
  for (let look = 0; look < LOOKS; look += 1) {
    let seconds: number | undefined;
    (await connection.getStats()).forEach((entry: Pair) => {
      if (entry.type === 'candidate-pair' && entry.state === 'succeeded') seconds = entry.currentRoundTripTime ?? seconds;
    });
    if (seconds) return seconds * 1000;
    await pause(LOOK_EVERY_MS);
  }
  return 0;
}
