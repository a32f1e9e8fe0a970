/** What this device sends: four fixed senders whose tracks come and go without renegotiation. No DOM. */

import { LastingPeer, prefer } from './peer';
import { tuneAnswer } from './sdp';
import type { Source } from './store';

/** The order of the media sections of the `send` offer. */
export const SENT: readonly Source[] = ['microphone', 'camera', 'content', 'content-audio'];

/**
 * The layers of each source, the smallest first: the node counts them so. A camera comes in three, of which a browser
 * sends as many as its picture, its processor and its line allow; tiles are shown the smallest.
 */
const ENCODINGS: Record<Source, readonly RTCRtpEncodingParameters[]> = {
  microphone: [{ maxBitrate: 40_000, networkPriority: 'high' }],
  camera: [
    { rid: 'small', maxBitrate: 150_000, maxFramerate: 15 },
    { rid: 'middle', maxBitrate: 500_000, maxFramerate: 30 },
    { rid: 'large', maxBitrate: 1_500_000, maxFramerate: 30 },
  ],
  content: [{ maxBitrate: 2_500_000, maxFramerate: 15 }],
  'content-audio': [{ maxBitrate: 96_000 }],
};

/**
 * How many times smaller each layer of a camera is. Of a small picture browsers send fewer layers, and those are the
 * first ones (libwebrtc: two below 960 × 540, one below 480 × 270): the last one sent must be the whole picture.
 */
export function scales({ width = 1280, height = 720 }: MediaTrackSettings): readonly [number, number, number] {
  const pixels = width * height;
  if (pixels >= 960 * 540) return [4, 2, 1];
  return pixels >= 480 * 270 ? [2, 1, 1] : [1, 1, 1];
}

export class SendPeer extends LastingPeer {
  private readonly tracks = new Map<Source, MediaStreamTrack>();
  private readonly layers = new Map<Source, number>();
  private readonly senders = new Map<RTCPeerConnection, Map<Source, RTCRtpSender>>();

  /** Sends `track` as `source` from now on; undefined: nothing. */
  async setTrack(source: Source, track: MediaStreamTrack | undefined): Promise<void> {
    if (track) this.tracks.set(source, track);
    else this.tracks.delete(source);
    if (track) this.each(source, (sender) => this.tuneEncodings(sender, source));
    await Promise.all(this.each(source, (sender) => sender.replaceTrack(track ?? null)));
  }

  /** So many layers of `source` are looked at: do not encode the others. */
  setLayers(source: Source, layers: number | undefined): void {
    if (layers === undefined || this.layers.get(source) === layers) return;
    this.layers.set(source, layers);
    this.each(source, (sender) => this.tuneEncodings(sender, source));
  }

  protected build(connection: RTCPeerConnection): void {
    const senders = new Map<Source, RTCRtpSender>();
    for (const source of SENT) {
      const kind = source === 'microphone' || source === 'content-audio' ? 'audio' : 'video';
      const track = this.tracks.get(source) ?? kind;
      const sendEncodings = ENCODINGS[source].map((encoding, index) => ({ ...encoding, ...this.encoding(source, index) }));
      const transceiver = connection.addTransceiver(track, { direction: 'sendonly', sendEncodings });
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

  /** What of an encoding depends on who looks and on the camera. */
  private encoding(source: Source, index: number): RTCRtpEncodingParameters {
    const active = index < (this.layers.get(source) ?? ENCODINGS[source].length);
    const scale = source === 'camera' ? scales(this.tracks.get(source)?.getSettings() ?? {})[index] : undefined;
    return scale ? { active, scaleResolutionDownBy: scale } : { active };
  }

  private tuneEncodings(sender: RTCRtpSender, source: Source): void {
    const parameters = sender.getParameters();
    parameters.encodings.forEach((encoding, index) => Object.assign(encoding, this.encoding(source, index)));
    sender.setParameters(parameters).catch(() => undefined);
  }
}
