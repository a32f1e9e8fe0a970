/** How picture and sound fare at this device, from the browser's statistics, between two looks. Pure. */

export interface Health {
  /** Share of the voices that had to be made up, because what was said did not come (0–1). */
  broken: number;
  /** Pictures that came whole, and those of them that were not shown. */
  frames: number;
  dropped: number;
  /** Seconds of a processor's core spent on unpacking pictures, per second. */
  decoding: number;
}

interface Entry {
  type: string;
  kind?: string;
  timestamp?: number;
  totalSamplesReceived?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  framesReceived?: number;
  framesDropped?: number;
  totalDecodeTime?: number;
}

interface Sums { at: number; samples: number; made: number; frames: number; dropped: number; decoding: number }

/** Keeps the counters of the last look. */
export class HealthWatch {
  private before: Sums | undefined;

  /** What happened since the last look; undefined at the first one, and when the connection was replaced. */
  look(report: RTCStatsReport): Health | undefined {
    const now = summed(report);
    const { before } = this;
    this.before = now;
    const seconds = before ? (now.at - before.at) / 1000 : 0;
    if (!before || seconds <= 0 || now.samples < before.samples || now.frames < before.frames) return undefined;
    const samples = now.samples - before.samples;
    return {
      broken: samples > 0 ? Math.max(0, now.made - before.made) / samples : 0,
      frames: now.frames - before.frames,
      dropped: Math.max(0, now.dropped - before.dropped),
      decoding: Math.max(0, now.decoding - before.decoding) / seconds,
    };
  }
}

/** Silence that a browser fills in is not counted: nobody said anything. */
function summed(report: RTCStatsReport): Sums {
  const sums: Sums = { at: 0, samples: 0, made: 0, frames: 0, dropped: 0, decoding: 0 };
  report.forEach((entry: Entry) => {
    if (entry.type !== 'inbound-rtp') return;
    sums.at = Math.max(sums.at, entry.timestamp ?? 0);
    sums.samples += entry.totalSamplesReceived ?? 0;
    sums.made += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
    sums.frames += entry.framesReceived ?? 0;
    sums.dropped += entry.framesDropped ?? 0;
    sums.decoding += entry.totalDecodeTime ?? 0;
  });
  return sums;
}
