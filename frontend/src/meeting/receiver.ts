/** What this device receives: fifteen fixed slots into which the node switches sites. No DOM. */

import { SLOTS, type SlotName } from '../generated/protocol';
import { LastingPeer, prefer } from './peer';
import { measure, type Measured, type Totals } from './quality';

export class ReceivePeer extends LastingPeer {
  /** The picture or sound of each slot; the same stream objects for as long as the connection lives. */
  streams: Partial<Record<SlotName, MediaStream>> = {};
  /** Called when `streams` is another set, because the connection was replaced. */
  onStreams: (() => void) | undefined;
  private totals: Totals | undefined;

  protected build(connection: RTCPeerConnection): void {
    for (const slot of SLOTS) {
      const kind = slot.startsWith('audio') ? 'audio' : 'video';
      prefer(connection.addTransceiver(kind, { direction: 'recvonly' }), kind);
    }
  }

  protected adopt(connection: RTCPeerConnection): void {
    const transceivers = connection.getTransceivers();
    this.streams = Object.fromEntries(SLOTS.flatMap((slot, index) => {
      const transceiver = transceivers[index];
      return transceiver ? [[slot, new MediaStream([transceiver.receiver.track])]] : [];
    }));
    this.totals = undefined;
    this.onStreams?.();
  }

  /** Loss, delay and jitter since the last call; undefined while there is nothing to measure. */
  async measure(): Promise<Measured | undefined> {
    if (!this.current || !this.alive) return undefined;
    const { measured, totals } = measure(await this.current.getStats(), this.totals);
    this.totals = totals;
    return measured;
  }
}
