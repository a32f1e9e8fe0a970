/** What this device receives: fixed slots into which the node switches sites; the usual ones, or all. No DOM. */

import { SLOTS, USUAL_SLOTS, type SlotName } from '../generated/protocol';
import { HealthWatch, type Health } from './health';
import { LastingPeer, prefer } from './peer';
import { waitForRepairs } from './patience';
import { measure, type Measured, type Totals } from './quality';
import type { WallSlot } from './wall';

export class ReceivePeer extends LastingPeer {
  /** The picture or sound of each slot; the same stream objects for as long as the connection lives. */
  streams: Partial<Record<SlotName, MediaStream>> = {};
  /** Called when `streams` is another set, because the connection was replaced. */
  onStreams: (() => void) | undefined;
  /** How picture and sound fared between the last two measures. */
  health: Health | undefined;
  private totals: Totals | undefined;
  private watch = new HealthWatch();
  private wide = false;

  /** All slots are needed: for a wall of 16 or 25. The connection is replaced by one that has them. */
  widen(): void {
    if (this.wide) return;
    this.wide = true;
    this.supersede();
  }

  /** The wall slots that the connection in use has. */
  get wallSlots(): readonly WallSlot[] {
    const slots = this.offered(Object.keys(this.streams).length > USUAL_SLOTS);
    return slots.filter((slot): slot is WallSlot => slot.startsWith('wall'));
  }

  private offered(wide: boolean): readonly SlotName[] {
    return wide ? SLOTS : SLOTS.slice(0, USUAL_SLOTS);
  }

  protected build(connection: RTCPeerConnection): void {
    for (const slot of this.offered(this.wide)) {
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
    this.watch = new HealthWatch();
    waitForRepairs(connection);
    this.onStreams?.();
  }

  /** Loss, delay and jitter since the last call; undefined while there is nothing to measure. */
  async measure(): Promise<Measured | undefined> {
    this.health = undefined;
    if (!this.current || !this.alive) return undefined;
    const report = await this.current.getStats();
    const { measured, totals } = measure(report, this.totals);
    this.health = this.watch.look(report);
    this.totals = totals;
    return measured;
  }
}
