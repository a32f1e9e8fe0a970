/** My picture to the media node and back, as in the room: the same senders, the same slots. No DOM. */

import type { IceServer } from '../generated/protocol';
import { pause } from '../lib/pause';
import { readSent, type Size } from '../meeting/line';
import type { PeerState } from '../meeting/peer';
import { measure } from '../meeting/quality';
import { ReceivePeer } from '../meeting/receiver';
import { SENT, SendPeer } from '../meeting/sender';
import type { Ask } from './ways';

const UP_WITHIN_MS = 15_000;
/** So long the picture is watched: long enough for the browser's first estimate of the line. */
const WATCH_MS = 6_000;
const LOOK_EVERY_MS = 250;

export interface Looped {
  /** Share of packets lost on the way there, and on the way back; undefined when nothing went. */
  up: number | undefined;
  down: number | undefined;
  /** The picture as it came back. */
  picture: Size | undefined;
}

interface Inbound { type: string; kind?: string; framesDecoded?: number; frameWidth?: number; frameHeight?: number; framesPerSecond?: number }

export class Loop {
  private readonly receive: ReceivePeer;
  private readonly send: SendPeer;
  private states: Record<'send' | 'receive', PeerState> = { send: 'idle', receive: 'idle' };

  constructor(ask: Ask, private readonly relays: readonly IceServer[]) {
    const negotiate = (connection: 'send' | 'receive', sdp: string) =>
      ask({ path: 'media', connection, sdp, kinds: connection === 'send' ? [...SENT] : [] });
    this.send = new SendPeer('send', negotiate, (state) => { this.states.send = state; });
    this.receive = new ReceivePeer('receive', negotiate, (state) => { this.states.receive = state; });
  }

  /** What comes back in the place of the speaker; undefined until it is connected. */
  get returned(): MediaStream | undefined { return this.receive.streams.floor; }

  /** Sends for a few seconds and measures; `onPicture` when there is something to show. */
  async run(camera: MediaStreamTrack | undefined, microphone: MediaStreamTrack | undefined, onPicture: () => void): Promise<Looped> {
    await this.send.setTrack('camera', camera);
    await this.send.setTrack('microphone', microphone);
    this.send.start(this.relays);
    this.receive.start(this.relays);
    const nothing: Looped = { up: undefined, down: undefined, picture: undefined };
    if (!(await until(() => this.states.send === 'connected' && this.states.receive === 'connected', UP_WITHIN_MS))) return nothing;
    onPicture();
    await until(() => false, WATCH_MS);
    return this.measured();
  }

  close(): void {
    this.send.close();
    this.receive.close();
  }

  private async measured(): Promise<Looped> {
    const { current: sending } = this.send;
    const { current: receiving } = this.receive;
    if (!sending || !receiving) return { up: undefined, down: undefined, picture: undefined };
    const sent = readSent(await sending.getStats(), sending.getTransceivers().map(({ mid }) => mid));
    const report = await receiving.getStats();
    const { measured, totals } = measure(report, undefined);
    return { up: sent.loss, down: totals.received ? measured.loss : undefined, picture: pictureOf(report) };
  }
}

/** The picture that was decoded; undefined when none came. */
export function pictureOf(report: RTCStatsReport): Size | undefined {
  let size: Size | undefined;
  report.forEach((entry: Inbound) => {
    if (entry.type !== 'inbound-rtp' || entry.kind !== 'video' || !entry.framesDecoded) return;
    size = { width: entry.frameWidth ?? 0, height: entry.frameHeight ?? 0, frames: Math.round(entry.framesPerSecond ?? 0) };
  });
  return size;
}

async function until(true_: () => boolean, within: number): Promise<boolean> {
  const end = performance.now() + within;
  while (performance.now() < end) {
    if (true_()) return true;
    await pause(LOOK_EVERY_MS);
  }
  return true_();
}
