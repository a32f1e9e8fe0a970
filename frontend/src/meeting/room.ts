/** The room of this tab: what the person may do here, and what follows from it. Views follow its topics. No DOM. */

import type { ServerMessage } from '../generated/protocol';
import { UserError } from '../lib/http';
import { t } from '../lib/i18n';
import { announcement, type Announcement } from './announce';
import { PlaceMemory, readChoices, writeChoices, type Choices, type Place } from './choices';
import type { RoomConfig } from './config';
import { RoomConnection, type ConnectionEvents } from './connection';
import { Consent } from './consent';
import { Desk } from './desk';
import { reasonOutside } from './door';
import { troubleOf, type Trouble } from './devices';
import { Layout } from './layout';
import { LocalMedia } from './local';
import type { Intent, Line } from './signalling';
import { chime } from './sounds';
import { floorSite, placeInQueue, type RoomKey, type RoomState } from './store';
import { Topics } from './topics';
import { Viewing } from './viewing';

export type Topic = RoomKey | 'line' | 'peer' | 'streams' | 'local' | 'consent' | 'choices' | 'sound' | 'layout' | 'presence' | 'desk';

export interface RoomEvents {
  announce(announcement: Announcement): void;
  /** Something did not work: said in words. */
  complain(error: UserError): void;
}

export interface Entry {
  site: number | null;
  carryMedia: boolean;
  camera: boolean;
  microphone: boolean;
}

export class Room {
  readonly topics = new Topics<Topic>();
  readonly memory: PlaceMemory;
  readonly connection: RoomConnection;
  readonly local: LocalMedia;
  readonly viewing: Viewing;
  readonly consent: Consent;
  readonly layout = new Layout(() => this.topics.emit(['layout']));
  readonly desk = new Desk({
    document: () => this.state.document,
    me: () => this.state.me.person,
    ask: (message) => this.ask(message),
    onChange: () => this.topics.emit(['desk']),
  });
  choices: Choices = readChoices();
  /** Why the room was left for good. */
  stopped: UserError | undefined;
  /** Whether this tab plays the room's sound: devices beside the site's own would echo. */
  sound = true;
  private devicesReady = false;

  constructor(readonly config: RoomConfig, private readonly events: RoomEvents, create?: (url: string) => WebSocket) {
    this.memory = new PlaceMemory(config.meeting);
    this.connection = new RoomConnection({
      path: config.socket, memory: this.memory,
      hello: () => ({ site: this.memory.get().site ?? null, carry_media: this.memory.get().carryMedia ?? true }),
      idle: () => this.viewing.current(),
      ...(create ? { create } : {}),
    }, this.connectionEvents());
    this.local = new LocalMedia({
      send: (source, track) => void this.connection.send.setTrack(source, track),
      onChange: () => this.localChanged(),
      onEnded: (source) => this.deviceEnded(source),
      plainSound: config.simulate,
    });
    this.local.prefer(this.choices.camera, this.choices.microphone);
    this.viewing = new Viewing((view) => this.connection.tell(view));
    this.consent = new Consent({
      onChange: () => this.topics.emit(['consent']),
      open: () => void this.setMicrophone(true),
      chime: () => void chime(this.choices.loudspeaker),
      answered: (turn) => this.memory.set({ answeredFloor: turn }),
    }, this.memory.get().answeredFloor ?? '');
  }

  get state(): RoomState { return this.connection.state; }
  get line(): Line { return this.connection.line; }
  get mine(): number { return this.state.me.site; }
  /** The floor is with my site. */
  get holding(): boolean { return this.state.floor?.site === this.mine && this.state.known; }

  /** Enters with the choices of the pre-join page. */
  enter(entry: Entry): void {
    this.memory.set({ ...entry, secret: null, answeredFloor: '', sound: entry.carryMedia });
    writeChoices({ cameraOn: entry.camera, microphoneOn: entry.microphone });
    this.start();
  }

  /** Comes back after a reload with what the tab remembers. */
  comeBack(): void { this.start(); }

  private start(): void {
    this.sound = this.memory.get().sound ?? true;
    this.local.listening = false;
    this.connection.start();
  }

  leave(): void {
    this.local.close();
    this.connection.leave();
  }

  remember(place: Partial<Place>): void { this.memory.set(place); }

  choose(choices: Partial<Choices>): void {
    this.choices = { ...this.choices, ...choices };
    writeChoices(choices);
    this.topics.emit(['choices']);
  }

  /** The chat is open: nothing in it is unread. */
  chatSeen(): void {
    const newest = this.state.chat.at(-1)?.id ?? 0;
    if (this.layout.readChat !== newest) this.layout.set({ readChat: newest });
  }

  setSound(on: boolean): void {
    this.sound = on;
    this.memory.set({ sound: on });
    this.topics.emit(['sound']);
  }

  /** Asks the server; what it refuses is said to the person. True when it was done. */
  async ask(message: Intent, options?: { lasting: boolean }): Promise<boolean> {
    try {
      await this.connection.ask(message, options);
      return true;
    } catch (error) {
      this.complain(error);
      return false;
    }
  }

  // --- microphone and camera -----------------------------------------------------------------------

  toggleMicrophone(): Promise<void> {
    this.consent.decline();
    return this.setMicrophone(!this.local.microphoneOn);
  }

  async setMicrophone(on: boolean): Promise<void> {
    if (on === this.local.microphoneOn) return;
    if (!on) {
      await this.local.setMicrophone(false);
      this.connection.tell({ type: 'mute', source: 'microphone', muted: true });
    } else if (!this.state.rights.speak) this.complain(microphoneClosed(this.state.rights.ask));
    else if (!(await this.local.prepareMicrophone())) this.troubled(this.local.trouble.microphone);
    else if (await this.ask({ type: 'mute', source: 'microphone', muted: false })) await this.local.setMicrophone(this.state.rights.speak);
    this.memory.set({ microphone: this.local.microphoneOn });
  }

  async setCamera(on: boolean): Promise<void> {
    const done = await this.local.setCamera(on);
    if (!done) this.troubled(this.local.trouble.camera);
    this.connection.tell({ type: 'mute', source: 'camera', muted: !this.local.cameraOn });
    this.memory.set({ camera: this.local.cameraOn });
  }

  async use(kind: 'camera' | 'microphone', id: string): Promise<void> {
    this.choose({ [kind]: id });
    await this.local.use(kind, id);
    this.troubled(this.local.trouble[kind]);
  }

  async toggleShare(): Promise<void> {
    if (this.local.sharing) return this.stopSharing();
    try {
      await this.local.share();
    } catch (error) {
      const trouble = troubleOf(error, 'screen');
      if (trouble.code !== 'denied') this.troubled(trouble);
      return undefined;
    }
    if (!(await this.ask({ type: 'content.share', on: true }))) this.local.unshare();
    return undefined;
  }

  private stopSharing(): void {
    this.local.unshare();
    this.connection.tell({ type: 'content.share', on: false });
  }

  /** Asks for the floor, or no longer. */
  async toggleAsking(): Promise<void> {
    if (placeInQueue(this.state)) await this.ask({ type: 'floor.withdraw' });
    else if (this.state.rights.ask) await this.ask({ type: 'floor.request' });
  }

  /** This device carries the site's camera and microphone from now on. */
  async takeMedia(): Promise<void> {
    this.memory.set({ carryMedia: true, camera: true });
    if (await this.ask({ type: 'media.take' })) this.setSound(true);
  }

  // --- what the server says ------------------------------------------------------------------------

  private connectionEvents(): ConnectionEvents {
    return {
      onRoom: (changed, message, before) => this.roomChanged(changed, message, before),
      onLine: (line, why) => this.lineBecame(line, why),
      onPeer: () => this.topics.emit(['peer']),
      onStreams: () => this.topics.emit(['streams']),
      onStuck: () => void this.askAtTheDoor(),
    };
  }

  private roomChanged(changed: Set<RoomKey>, message: ServerMessage, before: RoomState): void {
    if (message.type === 'state') this.entered();
    if (message.type === 'state' && !before.known) this.chatSeen();
    if (changed.has('carriesMedia') && message.type !== 'state') this.mediaMoved();
    if (changed.has('rights')) this.rightsChanged();
    if (changed.has('contentSite')) this.contentChanged();
    if (changed.has('document')) this.desk.settle(before.document?.version !== this.state.document?.version);
    if (changed.has('floor') || changed.has('rights') || changed.has('carriesMedia')) this.considerConsent();
    if (changed.has('meetingState') && this.state.meetingState !== 'in_session' && message.type === 'meeting.ended') this.local.close();
    const said = announcement(message, before, this.state);
    if (said) this.events.announce(said);
    this.topics.emit(arrivals(message, before) ? [...changed, 'presence'] : changed);
  }

  /** A full copy arrived: bring devices and server to the same view. */
  private entered(): void {
    this.viewing.repeat();
    if (!this.state.carriesMedia) return this.local.close();
    if (this.state.contentSite === this.mine && !this.local.sharing) this.connection.tell({ type: 'content.share', on: false });
    void this.bringDevices();
    return undefined;
  }

  private async bringDevices(): Promise<void> {
    const { camera = true, microphone = false } = this.memory.get();
    if (this.devicesReady) {
      this.connection.tell({ type: 'mute', source: 'camera', muted: !this.local.cameraOn });
      if (this.local.microphoneOn && this.state.rights.speak) void this.ask({ type: 'mute', source: 'microphone', muted: false });
      return;
    }
    this.devicesReady = true;
    if (camera) await this.setCamera(true);
    if (microphone && this.state.rights.speak) await this.setMicrophone(true);
  }

  /** Another device of this site took camera and microphone over, or this one did. */
  private mediaMoved(): void {
    this.memory.set({ carryMedia: this.state.carriesMedia });
    if (this.state.carriesMedia) {
      this.devicesReady = false;
      void this.bringDevices();
      return;
    }
    this.local.close();
    this.setSound(false);
    this.events.announce({ text: t('{name} đang dùng camera và micro của điểm cầu này ở máy khác.', { name: this.state.takenBy }), toast: true });
  }

  private rightsChanged(): void {
    if (!this.state.rights.speak && this.local.microphoneOn) {
      void this.local.setMicrophone(false);
      this.memory.set({ microphone: false });
    }
    if (!this.state.rights.present && this.local.sharing) this.stopSharing();
  }

  private contentChanged(): void {
    if (this.state.contentSite !== this.mine && this.state.contentSite !== null) this.local.unshare();
  }

  /** The floor came to us: ask before the microphone opens. */
  private considerConsent(): void {
    const { floor, rights, carriesMedia } = this.state;
    const ours = this.holding && rights.speak && carriesMedia;
    if (ours && floor && this.local.microphoneOn) this.consent.settle(floor.at);
    else this.consent.consider(ours && floor ? floor.at : '');
  }

  private lineBecame(line: Line, why: UserError | undefined): void {
    if (line === 'stopped') {
      this.stopped = why;
      this.local.close();
    }
    if (line === 'open') {
      this.viewing.repeat();
      if (this.state.known && this.state.carriesMedia && this.devicesReady) void this.bringDevices();
    }
    this.topics.emit(['line']);
  }

  /** The socket is turned away again and again: the page itself says why (signed out, meeting over). */
  private async askAtTheDoor(): Promise<void> {
    const why = await reasonOutside(window.location.pathname);
    if (why) this.connection.signalling.stop(why);
  }

  private localChanged(): void {
    this.topics.emit(['local']);
  }

  private deviceEnded(source: 'camera' | 'microphone' | 'content'): void {
    if (source === 'content') return this.stopSharing();
    this.connection.tell({ type: 'mute', source, muted: true });
    const name = source === 'camera' ? t('Camera') : t('Micro');
    this.complain(new UserError('device-gone', t('{device} đã ngắt.', { device: name }), t('Kiểm tra dây cắm, rồi bấm nút {device} để bật lại.', { device: name })));
    return undefined;
  }

  private troubled(trouble: Trouble | undefined): void {
    if (trouble) this.complain(new UserError(trouble.code, trouble.message, trouble.hint));
  }

  private complain(error: unknown): void {
    this.events.complain(error instanceof UserError ? error : new UserError('unknown', t('Hệ thống gặp lỗi.'), t('Thử lại sau ít phút.')));
  }

  /** The site whose picture is large, and whether it is this tab's own. */
  get large(): { site: number; own: boolean } {
    const site = floorSite(this.state);
    return { site, own: site === this.mine && this.state.carriesMedia };
  }
}

/** Whether sites came or went: lists of sites must be laid out again. */
function arrivals(message: ServerMessage, before: RoomState): boolean {
  if (message.type === 'state') return true;
  return message.type === 'roster.changed' && before.roster.lastDelta.presence;
}

function microphoneClosed(mayAsk: boolean): UserError {
  const hint = mayAsk ? t('Bấm “Xin phát biểu” và chờ chủ tọa mời.') : t('Chờ chủ tọa mời phát biểu.');
  return new UserError('not-your-turn', t('Micro chỉ mở khi đến lượt quý vị.'), hint);
}
