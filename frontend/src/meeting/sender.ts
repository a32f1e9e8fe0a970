/** What this device sends: four fixed senders whose tracks come and go without renegotiation. No DOM. */

import { LastingPeer, prefer } from './peer';
import { tuneAnswer } from './sdp';
import type { Source } from './store';

/** The order of the media sections of the `send` offer. */
export const SENT: readonly Source[] = ['microphone', 'camera', 'content', 'content-audio'];

const ENCODINGS: Record<Source, RTCRtpEncodingParameters> = {
  microphone: { maxBitrate: 40_000, networkPriority: 'high' },
  camera: { maxBitrate: 1_500_000, maxFramerate: 30 },
  content: { maxBitrate: 2_500_000, maxFramerate: 15 },
  'content-audio': { maxBitrate: 96_000 },
};

export class SendPeer extends LastingPeer {
  private readonly tracks = new Map<Source, MediaStreamTrack>();
  private readonly paused = new Set<Source>();
  private readonly senders = new Map<RTCPeerConnection, Map<Source, RTCRtpSender>>();

  /** Sends `track` as `source` from now on; undefined: nothing. */
  async setTrack(source: Source, track: MediaStreamTrack | undefined): Promise<void> {
    if (track) this.tracks.set(source, track);
    else this.tracks.delete(source);
    await Promise.all(this.each(source, (sender) => sender.replaceTrack(track ?? null)));
  }

  /** Nobody looks at `source`: do not encode it. */
  setPaused(source: Source, paused: boolean): void {
    if (this.paused.has(source) === paused) return;
    if (paused) this.paused.add(source);
    else this.paused.delete(source);
    this.each(source, (sender) => this.applyPause(sender, paused));
  }

  protected build(connection: RTCPeerConnection): void {
    const senders = new Map<Source, RTCRtpSender>();
    for (const source of SENT) {
      const kind = source === 'microphone' || source === 'content-audio' ? 'audio' : 'video';
      const track = this.tracks.get(source) ?? kind;
      const encoding = { ...ENCODINGS[source], active: !this.paused.has(source) };
      const transceiver = connection.addTransceiver(track, { direction: 'sendonly', sendEncodings: [encoding] });
      prefer(transceiver, kind);
      senders.set(source, transceiver.sender);
    }
    for (const known of this.senders.keys()) if (known.connectionState === 'closed') this.senders.delete(known);
    this.senders.set(connection, senders);
  }

  protected adopt(): void {}

  protected override tune(answer: string): string {
    return tuneAnswer(answer, SENT);
  }

  private each<T>(source: Source, act: (sender: RTCRtpSender) => T): T[] {
    const results: T[] = [];
    for (const [connection, senders] of this.senders) {
      const sender = senders.get(source);
      if (sender && connection.connectionState !== 'closed') results.push(act(sender));
    }
    return results;
  }

  private applyPause(sender: RTCRtpSender, paused: boolean): void {
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.active = !paused;
    sender.setParameters(parameters).catch(() => undefined);
  }
}
