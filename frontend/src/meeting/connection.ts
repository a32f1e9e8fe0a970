/** The room as the network sees it: the place, and two peer connections. Speaks the protocol, never touches the DOM. */

import type { IceServer, ServerMessage } from '../generated/protocol';
import type { UserError } from '../lib/http';
import type { Health } from './health';
import type { ConnectionName, PeerState } from './peer';
import { ReceivePeer } from './receiver';
import { SENT, SendPeer } from './sender';
import { Signalling, type Intent, type Line, type Memory } from './signalling';
import { EMPTY, changedKeys, reduce, type RoomKey, type RoomState } from './store';

export interface ConnectionOptions {
  path: string;
  memory: Memory;
  hello(): { site?: number | null; carry_media: boolean };
  /** What may be said at any time without changing anything, to hear whether the line lives. */
  idle(): Intent;
  /** For tests. */
  create?(url: string): WebSocket;
}

export interface ConnectionEvents {
  /** A message came: the fields of the room that it changed, and the room before it. */
  onRoom(changed: Set<RoomKey>, message: ServerMessage, before: RoomState): void;
  onLine(line: Line, why?: UserError): void;
  onPeer(name: ConnectionName, state: PeerState): void;
  onStreams(): void;
  /** How the receive connection fares, every few seconds; undefined while there is none. */
  onMeasured(health: Health | undefined): void;
  /** The server does not let us in any more; the line is not to blame. */
  onStuck(): void;
}

/** Well within the server's heartbeat; with the time a silent line is given, a dead one is found within ten seconds. */
const STAT_EVERY_MS = 4_000;

export class RoomConnection {
  state: RoomState = EMPTY;
  readonly signalling: Signalling;
  readonly send: SendPeer;
  readonly receive: ReceivePeer;
  private iceServers: IceServer[] = [];
  private session = '';
  private statTimer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: ConnectionOptions, private readonly events: ConnectionEvents) {
    this.signalling = new Signalling({
      ...options,
      onMessage: (message) => this.received(message),
      onLine: (line, why) => this.lineBecame(line, why),
      onStuck: () => events.onStuck(),
    });
    const negotiate = (connection: ConnectionName, sdp: string) => this.negotiate(connection, sdp);
    this.send = new SendPeer('send', negotiate, (state) => events.onPeer('send', state));
    this.receive = new ReceivePeer('receive', negotiate, (state) => events.onPeer('receive', state));
    this.receive.onStreams = () => events.onStreams();
  }

  get line(): Line { return this.signalling.line; }

  start(): void {
    this.statTimer = setInterval(() => void this.report(), STAT_EVERY_MS);
    this.signalling.start();
  }

  tell(message: Intent): boolean { return this.signalling.tell(message); }

  async ask(message: Intent, options?: { lasting: boolean }): Promise<void> {
    await this.signalling.request(message, options);
  }

  /** Asks, and waits for what the server says. */
  answer(message: Intent): Promise<ServerMessage> { return this.signalling.request(message); }

  /** Leaves for good: the server forgets the place. */
  leave(): void {
    this.signalling.leave();
    this.close();
  }

  close(): void {
    clearInterval(this.statTimer);
    this.send.close();
    this.receive.close();
  }

  /** Measures the receive connection and tells the server, whose answer shows that the line lives. */
  async report(): Promise<void> {
    const measured = await this.receive.measure();
    this.events.onMeasured(this.receive.health);
    this.signalling.probe(measured ? { type: 'stat', ...measured } : this.options.idle());
  }

  private async negotiate(connection: ConnectionName, sdp: string): Promise<string> {
    const kinds = connection === 'send' ? [...SENT] : [];
    const answer = await this.signalling.request({ type: 'offer', connection, sdp, kinds });
    if (answer.type !== 'answer') throw new TypeError(`An offer was answered by ${answer.type}.`);
    return answer.sdp;
  }

  private received(message: ServerMessage): void {
    const before = this.state;
    this.state = reduce(before, message);
    if (message.type === 'welcome') this.iceServers = message.ice_servers;
    if (message.type === 'media.lost') this[message.connection].replace();
    const changed = changedKeys(before, this.state);
    if (changed.has('layersWanted')) this.sendWhatIsWanted();
    if (changed.has('known') || changed.has('carriesMedia')) this.arrange();
    this.events.onRoom(changed, message, before);
  }

  private lineBecame(line: Line, why?: UserError): void {
    if (line === 'stopped') this.close();
    if (line === 'waiting') { this.send.close(); this.receive.close(); }
    if (line === 'open' && this.state.known) this.arrange();
    this.events.onLine(line, why);
  }

  /** Brings the peer connections to what the place now needs: after welcome, after resume, after a hand-over. */
  private arrange(): void {
    if (this.line !== 'open') return;
    const renewed = this.session !== this.signalling.session;
    this.session = this.signalling.session;
    for (const peer of [this.receive, this.send]) {
      const needed = peer === this.receive || this.state.carriesMedia;
      if (!needed) peer.close();
      else if (peer.state === 'idle' || renewed) peer.start(this.iceServers);
      else if (peer.state === 'lost') peer.replace();
    }
  }

  private sendWhatIsWanted(): void {
    for (const source of ['camera', 'content'] as const) this.send.setLayers(source, this.state.layersWanted[source]);
  }
}
