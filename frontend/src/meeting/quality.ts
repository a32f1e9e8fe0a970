/** How good the line is, from the browser's statistics. Pure. */

/** Counters of the receive connection since it began. */
export interface Totals {
  received: number;
  lost: number;
}

/** As the protocol's `stat`: loss 0–1, times in milliseconds. */
export interface Measured {
  loss: number;
  rtt_ms: number;
  jitter_ms: number;
}

interface Inbound { type: string; packetsReceived?: number; packetsLost?: number; jitter?: number }
interface Pair { type: string; nominated?: boolean; currentRoundTripTime?: number }

/** Packets lost since `before`, the worst jitter of all streams, the delay of the path in use. */
export function measure(report: RTCStatsReport, before: Totals | undefined): { measured: Measured; totals: Totals } {
  const totals: Totals = { received: 0, lost: 0 };
  let jitter = 0;
  let delay = 0;
  report.forEach((entry: Inbound & Pair) => {
    if (entry.type === 'inbound-rtp') {
      totals.received += entry.packetsReceived ?? 0;
      totals.lost += Math.max(0, entry.packetsLost ?? 0);
      if (entry.packetsReceived) jitter = Math.max(jitter, entry.jitter ?? 0);
    } else if (entry.type === 'candidate-pair' && entry.nominated) delay = entry.currentRoundTripTime ?? delay;
  });
  return { measured: { loss: lossBetween(before, totals), rtt_ms: delay * 1000, jitter_ms: jitter * 1000 }, totals };
}

/** Share of packets lost between two counts (0–1). */
export function lossBetween(before: Totals | undefined, after: Totals): number {
  const lost = after.lost - (before?.lost ?? 0);
  const received = after.received - (before?.received ?? 0);
  if (lost <= 0 || received < 0) return 0;
  return Math.min(1, lost / (lost + received));
}
