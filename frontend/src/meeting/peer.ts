/** One peer connection that replaces itself when it dies. No DOM. */

import type { IceServer } from '../generated/protocol';

export type ConnectionName = 'send' | 'receive';

/** Asks the node; resolves with its answer. */
export type Negotiate = (connection: ConnectionName, sdp: string) => Promise<string>;

export type PeerState = 'idle' | 'connecting' | 'connected' | 'lost';

/** ICE may come back from `disconnected` by itself; longer than this it rarely does. */
const PATIENCE_MS = 5_000;
const FIRST_PACKET_MS = 15_000;
const RETRY_S = [0.5, 1, 2, 4, 8];

/**
 * Keeps one connection alive: offers, and when ICE fails offers another that takes over once it is
 * connected (make before break). The node never renegotiates, so neither do we.
 */
export abstract class LastingPeer {
  state: PeerState = 'idle';
  /** The connection in use; the one being made while there is none. */
  current: RTCPeerConnection | undefined;
  private next: RTCPeerConnection | undefined;
  private iceServers: RTCIceServer[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;

  constructor(
    private readonly name: ConnectionName,
    private readonly negotiate: Negotiate,
    private readonly onState: (state: PeerState) => void,
  ) {}

  /** Connects; when there is a connection already, replaces it. */
  start(iceServers: readonly IceServer[]): void {
    this.iceServers = rtcServers(iceServers);
    this.tries = 0;
    void this.renew();
  }

  /**
   * The server says that the connection is dead, or the line is back: another one, unless an offer is on its way.
   * One that has its answer was meant for the node that is gone.
   */
  replace(): void {
    if (this.state === 'idle' || (this.next && !this.next.remoteDescription)) return;
    this.become('lost');
    void this.renew();
  }

  /** Another connection takes the place of this one, which carries media until then. */
  protected supersede(): void {
    if (this.state !== 'idle') void this.renew();
  }

  /** True while media can flow. */
  get alive(): boolean {
    return this.current?.connectionState === 'connected';
  }

  close(): void {
    clearTimeout(this.timer);
    for (const connection of [this.current, this.next]) connection?.close();
    this.current = undefined;
    this.next = undefined;
    this.become('idle');
  }

  /** Adds the transceivers of a fresh connection. */
  protected abstract build(connection: RTCPeerConnection): void;
  /** The connection carries media from now on. */
  protected abstract adopt(connection: RTCPeerConnection): void;
  protected tune(answer: string): string { return answer; }

  private async renew(): Promise<void> {
    clearTimeout(this.timer);
    this.next?.close();
    const connection = new RTCPeerConnection({ iceServers: this.iceServers, bundlePolicy: 'max-bundle' });
    this.next = connection;
    if (!this.current) this.become('connecting');
    connection.onconnectionstatechange = () => this.changed(connection);
    this.build(connection);
    this.timer = setTimeout(() => this.failed(connection), FIRST_PACKET_MS);
    try {
      await connection.setLocalDescription();
      const answer = await this.negotiate(this.name, connection.localDescription?.sdp ?? '');
      if (connection.signalingState === 'closed') return;
      await connection.setRemoteDescription({ type: 'answer', sdp: this.tune(answer) });
    } catch {
      this.failed(connection);
    }
  }

  private changed(connection: RTCPeerConnection): void {
    const state = connection.connectionState;
    if (state === 'connected') this.connected(connection);
    else if (state === 'failed') this.failed(connection);
    else if (state === 'disconnected' && connection === this.current && !this.next) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.failed(connection), PATIENCE_MS);
    }
  }

  private connected(connection: RTCPeerConnection): void {
    if (connection !== this.next && connection !== this.current) return;
    clearTimeout(this.timer);
    this.tries = 0;
    if (connection === this.next) {
      const old = this.current;
      this.current = connection;
      this.next = undefined;
      this.adopt(connection);
      old?.close();
    }
    this.become('connected');
  }

  private failed(connection: RTCPeerConnection): void {
    if (this.state === 'idle') return;
    if (connection === this.current && !this.next) {
      this.become('lost');
      void this.renew();
    } else if (connection === this.next) {
      clearTimeout(this.timer);
      connection.close();
      this.next = undefined;
      this.become('lost');
      const seconds = RETRY_S[Math.min(this.tries, RETRY_S.length - 1)] ?? 8;
      this.tries += 1;
      this.timer = setTimeout(() => void this.renew(), seconds * 1000);
    }
  }

  private become(state: PeerState): void {
    if (this.state === state) return;
    this.state = state;
    this.onState(state);
  }
}

/** Only these formats of `kind`, with their retransmission: one codec in the whole room (design/media.md). */
export function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const wanted = kind === 'audio' ? ['audio/opus'] : ['video/vp8', 'video/rtx'];
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  const chosen = codecs.filter((codec) => wanted.includes(codec.mimeType.toLowerCase()));
  if (chosen.length) transceiver.setCodecPreferences(chosen);
}

/** As the browser wants them. */
export function rtcServers(servers: readonly IceServer[]): RTCIceServer[] {
  return servers.map(({ urls, username, credential }) => ({ urls: [...urls], username, credential }));
}
