/**
 * How long pictures wait for packets that are sent again. A browser that only receives does not know the round trip: on a
 * line that loses, it would show each picture at once and drop those whose packets come late. No DOM.
 */

const LOOK_EVERY_MS = 2_000;
/** Of the packets of pictures, asked for again: from here on waiting is worth its delay. */
const LOSSY = 0.01;
/** Looks without losses after which nothing waits any more. */
const CALM_LOOKS = 10;
const LONGEST_MS = 400;
/** Until a loss is noticed, by the next picture. */
const NOTICED_MS = 40;

/** Counters of a connection's pictures since it began; its round trip in milliseconds. */
export interface Seen {
  packets: number;
  asked: number;
  rtt: number;
}

interface Entry {
  type: string;
  kind?: string;
  packetsReceived?: number;
  nackCount?: number;
  nominated?: boolean;
  currentRoundTripTime?: number;
}

/** What the browser's statistics say. */
export function see(report: RTCStatsReport): Seen {
  const seen: Seen = { packets: 0, asked: 0, rtt: 0 };
  report.forEach((entry: Entry) => {
    if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
      seen.packets += entry.packetsReceived ?? 0;
      seen.asked += entry.nackCount ?? 0;
    } else if (entry.type === 'candidate-pair' && entry.nominated) seen.rtt = (entry.currentRoundTripTime ?? 0) * 1000;
  });
  return seen;
}

/** Milliseconds that pictures are to wait; null: as the browser thinks fit. */
export class Patience {
  wait: number | null = null;
  private before: Seen | undefined;
  private calm = 0;

  /** Learns from what was seen since the last look. */
  look(seen: Seen): void {
    const packets = seen.packets - (this.before?.packets ?? 0);
    const asked = seen.asked - (this.before?.asked ?? 0);
    this.before = seen;
    if (asked > 0 && asked >= packets * LOSSY) {
      this.calm = 0;
      this.wait = Math.min(LONGEST_MS, Math.round(seen.rtt * 1.5) + NOTICED_MS);
    } else if (asked <= 0 && (this.calm += 1) >= CALM_LOOKS) this.wait = null;
  }
}

/** Has the pictures of a connection wait as its losses ask for, until it is closed. */
export function waitForRepairs(connection: RTCPeerConnection): void {
  const patience = new Patience();
  const timer = setInterval(() => {
    if (connection.connectionState === 'closed') clearInterval(timer);
    else void connection.getStats().then((report) => {
      patience.look(see(report));
      for (const { receiver } of connection.getTransceivers()) {
        if (receiver.track.kind === 'video' && 'jitterBufferTarget' in receiver) receiver.jitterBufferTarget = patience.wait;
      }
    });
  }, LOOK_EVERY_MS);
}
