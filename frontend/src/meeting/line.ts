/** My line while I look at it: what the browser measures over some seconds, and what the media node says. No DOM. */

import { SLOTS, type LineMeasure, type SlotName } from '../generated/protocol';
import { lossBetween, measure, type Measured, type Totals } from './quality';
import { SENT } from './sender';
import type { ServerMessage } from '../generated/protocol';
import type { Intent } from './signalling';

/** A picture as it is decoded here. */
export interface Size {
  width: number;
  height: number;
  frames: number;
}

/** What this device sends, as its browser knows it. `limited`: why the picture is smaller than the camera's. */
export interface Sent {
  loss: number;
  rtt_ms: number;
  picture: Size | undefined;
  limited: 'none' | 'bandwidth' | 'cpu' | 'other';
}

export interface LineView {
  /** Over the last ten seconds; undefined while nothing is connected. */
  received: Measured | undefined;
  sizes: Partial<Record<SlotName, Size>>;
  sent: Sent | undefined;
  node: LineMeasure | null;
}

export interface LineSource {
  readonly receive: { readonly current: RTCPeerConnection | undefined; readonly alive: boolean };
  readonly send: { readonly current: RTCPeerConnection | undefined; readonly alive: boolean };
  answer(message: Intent): Promise<ServerMessage>;
}

const LOOK_EVERY_MS = 2_000;
/** So many looks back the losses are counted from: a short time has few packets, and chance makes it jump. */
const LOOKS_BACK = 5;

export class LineWatch {
  private timer: ReturnType<typeof setInterval> | undefined;
  private totals: Totals[] = [];
  private connection: RTCPeerConnection | undefined;

  constructor(private readonly source: LineSource, private readonly onView: (view: LineView) => void) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    void this.look();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.totals = [];
  }

  private async look(): Promise<void> {
    const { receive, send } = this.source;
    const [received, sizes] = await this.receiving(receive.alive ? receive.current : undefined);
    const sent = send.alive && send.current ? readSent(await send.current.getStats(), mids(send.current)) : undefined;
    const answer = await this.source.answer({ type: 'line.measure' }).catch(() => undefined);
    if (this.timer === undefined) return;
    this.onView({ received, sizes, sent, node: answer?.type === 'line.measured' ? answer.line : null });
  }

  private async receiving(connection: RTCPeerConnection | undefined): Promise<[Measured | undefined, LineView['sizes']]> {
    if (connection !== this.connection) this.totals = [];
    this.connection = connection;
    if (!connection) return [undefined, {}];
    const report = await connection.getStats();
    const { measured, totals } = measure(report, undefined);
    this.totals = [...this.totals, totals].slice(-LOOKS_BACK - 1);
    return [{ ...measured, loss: lossBetween(this.totals[0], totals) }, readSizes(report, mids(connection))];
  }
}

/** The `mid` of each section, in the order in which they were added. */
function mids(connection: RTCPeerConnection): (string | null)[] {
  return connection.getTransceivers().map(({ mid }) => mid);
}

interface Stream {
  type: string;
  kind?: string;
  mid?: string;
  frameWidth?: number;
  frameHeight?: number;
  framesPerSecond?: number;
  fractionLost?: number;
  roundTripTime?: number;
  qualityLimitationReason?: Sent['limited'];
}

/** The pictures that are decoded, by slot. */
export function readSizes(report: RTCStatsReport, order: readonly (string | null)[]): LineView['sizes'] {
  const sizes: LineView['sizes'] = {};
  report.forEach((entry: Stream) => {
    const slot = SLOTS[order.indexOf(entry.mid ?? '')];
    const size = entry.type === 'inbound-rtp' && entry.kind === 'video' ? sizeOf(entry) : undefined;
    if (slot && size) sizes[slot] = size;
  });
  return sizes;
}

/** What is sent: the worst loss of all streams, the largest picture of the camera. */
export function readSent(report: RTCStatsReport, order: readonly (string | null)[]): Sent {
  const camera = order[SENT.indexOf('camera')];
  const sent: Sent = { loss: 0, rtt_ms: 0, picture: undefined, limited: 'none' };
  report.forEach((entry: Stream) => {
    if (entry.type === 'remote-inbound-rtp') {
      sent.loss = Math.max(sent.loss, entry.fractionLost ?? 0);
      sent.rtt_ms = Math.max(sent.rtt_ms, (entry.roundTripTime ?? 0) * 1000);
    } else if (entry.type === 'outbound-rtp' && entry.mid === camera) {
      const size = sizeOf(entry);
      if (size && size.height > (sent.picture?.height ?? 0)) sent.picture = size;
      if (entry.qualityLimitationReason && entry.qualityLimitationReason !== 'none') sent.limited = entry.qualityLimitationReason;
    }
  });
  return sent;
}

function sizeOf({ frameWidth, frameHeight, framesPerSecond }: Stream): Size | undefined {
  if (!frameWidth || !frameHeight || !framesPerSecond) return undefined;
  return { width: frameWidth, height: frameHeight, frames: Math.round(framesPerSecond) };
}
