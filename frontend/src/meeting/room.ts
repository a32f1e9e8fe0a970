/** The room of this tab: what the person may do here, and what follows from it. Views follow its topics. No DOM. */

import type { ServerMessage } from '../generated/protocol';
import { UserError } from '../lib/http';
import { t } from '../lib/i18n';
import { announcement } from './announce';
import { Board } from './board';
import { Chatting } from './chatting';
import { PlaceMemory, readChoices, writeChoices, type Choices, type Place } from './choices';
import { fill, type RoomConfig } from './config';
import { RoomConnection, type ConnectionEvents } from './connection';
import { reasonOutside } from './door';
import { microphoneClosed, troubleOf, type Trouble, type Tuning } from './devices';
import { myRequest } from './floor-time';
import { Floating } from './floating';
import { Keeper } from './kept';
import { Layout } from './layout';
import { LocalMedia } from './local';
import { Papers } from './papers';
import { RecordingNotice } from './recording-notice';
import type { Entry, RoomEvents } from './room-events';
import { deviceGone, picturesWords, unknownTrouble } from './room-words';
import type { Intent, Line } from './signalling';
import { chime } from './sounds';
import { Screen } from './screen';
import { Sight } from './sight';
import { Speaking } from './speaking';
import { Staying } from './staying';
import { arrivals, type RoomKey, type RoomState } from './store';
import { Topics } from './topics';
import { Viewing, type Pictures } from './viewing';
import { isVoting } from './voting';

export type Topic = RoomKey | 'line' | 'peer' | 'streams' | 'local' | 'speaking' | 'choices' | 'sound' | 'pictures' | 'ladder' | 'guard' | 'outbox' | 'turn' | 'layout' | 'presence' | 'desk' | 'chatting' | 'contacts' | 'screen' | 'floating';

export class Room {
  readonly topics = new Topics<Topic>();
  readonly memory: PlaceMemory;
  readonly connection: RoomConnection;
  readonly local: LocalMedia;
  readonly viewing: Viewing;
  readonly keeper: Keeper;
  readonly layout = new Layout(() => this.topics.emit(['layout']));
  readonly staying: Staying;
  private readonly sight: Sight;
  readonly papers = new Papers({
    state: () => this.state,
    ask: (message) => this.ask(message),
    tell: (message) => this.connection.tell(message),
    address: (version) => fill(this.config.urls.paper_file, { version }),
    onChange: () => this.topics.emit(['desk']),
  });
  readonly speaking = new Speaking({
    state: () => this.state,
    ask: (message) => this.ask(message),
    announce: (announcement) => this.events.announce(announcement),
    chime: () => void chime(this.choices.loudspeaker),
    openMicrophone: () => void this.setMicrophone(true),
    closeMicrophone: () => void this.setMicrophone(false),
    onChange: () => this.topics.emit(['turn']),
  });
  readonly board: Board;
  readonly chatting: Chatting;
  readonly screen: Screen;
  readonly recordingNotice: RecordingNotice;
  readonly floating = new Floating(this);
  choices: Choices = readChoices();
  /** Why the room was left for good. */
  stopped: UserError | undefined;
  /** Whether this tab plays the room's sound: devices beside the site's own would echo. */
  sound = true;
  private devicesReady = false;

  constructor(readonly config: RoomConfig, private readonly events: RoomEvents, create?: (url: string) => WebSocket) {
    this.memory = new PlaceMemory(config.meeting);
    this.recordingNotice = new RecordingNotice({
      state: () => this.state, memory: this.memory, ask: (message) => this.ask(message), onChange: () => this.topics.emit(['recordingNoted']),
    });
    this.keeper = new Keeper(config.meeting, config.me.id);
    this.connection = new RoomConnection({
      path: config.socket, memory: this.memory,
      hello: () => ({ site: this.memory.get().site ?? null, carry_media: this.memory.get().carryMedia ?? true }),
      idle: () => this.viewing.current(),
      ...(create ? { create } : {}),
    }, this.connectionEvents());
    this.local = new LocalMedia({
      send: (source, track) => void this.connection.send.setTrack(source, track),
      onChange: () => this.topics.emit(['local']),
      onEnded: (source) => this.deviceEnded(source),
      plainSound: config.simulate,
    });
    this.local.prefer(this.choices.camera, this.choices.microphone, this.choices);
    this.viewing = new Viewing((view) => this.connection.tell(view));
    this.chatting = new Chatting({ meeting: config.meeting, person: config.me.id, state: () => this.state, onChange: () => this.topics.emit(['chatting']) });
    this.screen = new Screen({
      state: () => this.state, viewing: this.viewing, receiver: this.connection.receive, memory: this.memory,
      onChange: () => this.topics.emit(['screen']),
    });
    this.topics.on(['direction', 'wall', 'programme', 'presence', 'rights', 'floor', 'streams'], () => this.screen.settle());
    this.staying = new Staying({
      keeper: this.keeper, viewing: this.viewing, state: () => this.state, line: () => this.line,
      media: () => this.connection.receive.alive, send: (message) => this.connection.ask(message), onChange: (topic) => this.topics.emit([topic]),
      onPictures: (pictures) => this.events.announce({ text: picturesWords(pictures) }),
    });
    this.sight = new Sight(this, this.keeper);
    this.board = new Board({
      state: () => this.state,
      tell: (message) => this.connection.tell(message),
      contactsUrl: config.urls.contacts,
      announce: (announcement) => events.announce(announcement),
      complain: (error) => this.complain(error),
      onContacts: () => this.topics.emit(['contacts']),
    });
  }

  get state(): RoomState { return this.connection.state; }
  get line(): Line { return this.connection.line; }
  get desk(): Papers['desk'] { return this.papers.desk; }
  get mine(): number { return this.state.me.site; }
  /** The floor is with my site. */
  get holding(): boolean { return this.state.floor?.site === this.mine && this.state.known; }

  /** Enters with the choices of the pre-join page. */
  enter(entry: Entry): void {
    this.memory.set({ ...entry, secret: null, sound: entry.carryMedia, notedRecording: this.config.recording?.id ?? 0 });
    writeChoices({ cameraOn: entry.camera, microphoneOn: entry.microphone });
    this.start();
  }

  /** Icons bear their names. */
  get labels(): boolean { return this.choices.labels ?? this.siteScreen; }

  /** One machine is the site: large type, everything in sight. */
  get siteScreen(): boolean { return this.memory.get().siteScreen ?? false; }

  /** Comes back after a reload with what the tab remembers. */
  comeBack(): void {
    this.sight.restoreLayout();
    this.start();
  }

  private start(): void {
    this.sound = this.memory.get().sound ?? true;
    this.staying.start();
    this.local.listening = false;
    this.speaking.start();
    this.connection.start();
  }

  leave(): void {
    this.speaking.stop();
    this.papers.close();
    this.staying.stop();
    this.local.close();
    this.connection.leave();
  }

  remember(place: Partial<Place>): void { this.memory.set(place); }

  choose(choices: Partial<Choices>): void {
    this.choices = { ...this.choices, ...choices };
    writeChoices(choices);
    this.topics.emit(['choices']);
  }

  setSound(on: boolean): void {
    this.sound = on;
    this.memory.set({ sound: on });
    this.topics.emit(['sound']);
  }

  /** What is received of others' pictures: on weak lines, sound alone. */
  get pictures(): Pictures { return this.staying.pictures; }

  /** Sound only, with the shared screen or without; or every picture again. Remembered for this room. */
  setPictures(pictures: Pictures): void {
    if (this.staying.choose(pictures)) this.events.announce({ text: picturesWords(pictures) });
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
    this.memory.set({ camera: this.local.cameraOn });
    await this.ask({ type: 'mute', source: 'camera', muted: !this.local.cameraOn }, { lasting: true });
  }

  async use(kind: 'camera' | 'microphone', id: string): Promise<void> {
    this.choose({ [kind]: id });
    await this.local.use(kind, id);
    this.troubled(this.local.trouble[kind]);
  }

  async tune(name: keyof Tuning, on: boolean): Promise<void> {
    this.choose({ [name]: on });
    await this.local.tune(this.choices);
    this.troubled(this.local.trouble.microphone);
  }

  setBlur(on: boolean): Promise<void> {
    this.choose({ backgroundBlur: on });
    return this.local.setBlur(on);
  }

  /** Shares the screen, or the document camera, or stops. */
  async toggleShare(documentCamera = ''): Promise<void> {
    if (this.local.sharing) return this.stopSharing();
    try {
      await this.local.share(documentCamera);
    } catch (error) {
      const trouble = troubleOf(error, documentCamera ? 'camera' : 'screen');
      if (documentCamera || trouble.code !== 'denied') this.troubled(trouble);
      return undefined;
    }
    if (!(await this.ask({ type: 'content.share', on: true }))) this.local.unshare();
    return undefined;
  }

  private stopSharing(): void {
    this.local.unshare();
    this.connection.tell({ type: 'content.share', on: false });
  }

  /** Asks for the floor, or no longer; who was called in vain is ready again. */
  async toggleAsking(): Promise<void> {
    const mine = myRequest(this.state);
    if (mine?.missed) await this.ask({ type: 'floor.request' });
    else if (mine) await this.ask({ type: 'floor.withdraw', request: mine.id });
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
      onPeer: () => { this.staying.tick(); this.topics.emit(['peer']); },
      onMeasured: (health) => this.staying.measured(health),
      onStreams: () => this.topics.emit(['streams']),
      onStuck: () => void this.askAtTheDoor(),
    };
  }

  private roomChanged(changed: Set<RoomKey>, message: ServerMessage, before: RoomState): void {
    if (message.type === 'state') this.entered();
    if (changed.has('consulting')) this.chatting.moved(this.state.consulting !== null);
    if (changed.has('carriesMedia') && message.type !== 'state') this.mediaMoved();
    if (message.type === 'microphone.closed' || message.type === 'consultation.moved') void this.local.setMicrophone(false).then(() => this.memory.set({ microphone: false }));
    if (changed.has('rights')) this.rightsChanged();
    if (changed.has('contentSite')) this.contentChanged();
    if (changed.has('recording')) this.recordingNotice.note();
    this.papers.heard(message, changed, before);
    if (message.type === 'state' && !before.known) this.sight.restorePaper();
    if (changed.has('reduced') || changed.has('off')) this.staying.tick();
    if (changed.has('chat')) this.staying.heard(this.state.chat, this.state.me.person);
    this.speaking.heard(message, before);
    if (changed.has('meetingState') && this.state.meetingState !== 'in_session' && message.type === 'meeting.ended') this.local.close();
    if (message.type === 'poll.readied' || message.type === 'poll.opened') this.putToTheVote();
    const said = announcement(message, before, this.state);
    if (said) this.events.announce(isVoting(message) && this.layout.tab === 'votes' ? { text: said.text } : said); // seen in the panel
    this.topics.emit(arrivals(message, before) ? [...changed, 'presence'] : changed);
  }

  /** A question is before everybody: who has a vote sees it without looking for it. */
  private putToTheVote(): void {
    if (!this.state.rights.vote) return;
    this.layout.set({ tab: 'votes' });
    void chime(this.choices.loudspeaker);
  }

  /** A full copy arrived: bring devices and server to the same view. */
  private entered(): void {
    this.chatting.entered();
    this.viewing.repeat();
    this.board.entered();
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
    if (!this.state.takenBy) return;
    this.events.announce({ text: t('{name} đang dùng camera và micro của điểm cầu này ở máy khác.', { name: this.state.takenBy }), toast: true });
  }

  private rightsChanged(): void {
    if (!this.state.rights.speak && this.local.microphoneOn) {
      void this.local.setMicrophone(false);
      this.memory.set({ microphone: false });
    }
    if (!this.state.rights.uplink) this.local.close();
    if (!this.state.rights.present && this.local.sharing) this.stopSharing();
  }

  private contentChanged(): void { if (this.state.contentSite !== this.mine && this.state.contentSite !== null) this.local.unshare(); }

  private lineBecame(line: Line, why: UserError | undefined): void {
    if (line === 'stopped') {
      this.stopped = why;
      this.speaking.stop();
      this.staying.stop();
      this.local.close();
    }
    if (line === 'open') {
      this.viewing.repeat();
      this.staying.outbox.flush();
      if (this.state.known && this.state.carriesMedia && this.devicesReady) void this.bringDevices();
    }
    if (line === 'waiting' && this.state.known) void this.local.setMicrophone(false).then(() => this.memory.set({ microphone: false }));
    this.staying.tick();
    this.topics.emit(['line']);
  }

  /** The socket is turned away again and again: the page itself says why (signed out, meeting over). */
  private async askAtTheDoor(): Promise<void> {
    const why = await reasonOutside(window.location.pathname);
    if (why) this.connection.signalling.stop(why);
  }

  private deviceEnded(source: 'camera' | 'microphone' | 'content'): void {
    if (source === 'content') return this.stopSharing();
    this.connection.tell({ type: 'mute', source, muted: true });
    this.complain(deviceGone(source));
    return undefined;
  }

  private troubled(trouble: Trouble | undefined): void { if (trouble) this.complain(new UserError(trouble.code, trouble.message, trouble.hint)); }

  complain(error: unknown): void {
    this.events.complain(error instanceof UserError ? error : unknownTrouble());
  }

  /** My own picture, which needs no slot. */
  ownPicture(site: number): boolean { return site === this.mine && this.state.carriesMedia; }
}
