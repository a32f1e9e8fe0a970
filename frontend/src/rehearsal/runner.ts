/** One run: the checks in their order, each finding told as it comes. */

import { postJson } from '../lib/http';
import { pause } from '../lib/pause';
import type { LineTestAnswer } from '../generated/protocol';
import { readChoices } from '../meeting/choices';
import { troubleOf } from '../meeting/devices';
import type { TestConfig } from './config';
import { EchoLine } from './echo';
import { checkBrowser, checkCamera, Ear, playTones } from './equipment';
import {
  finding, judgeMicrophone, judgeRate, judgeReturn, judgeSocket, judgeSpeaker, judgeWays, withCompanions,
  type CheckName, type Finding, type Heard,
} from './findings';
import { Loop, type Looped } from './loop';
import { downRate, upRate } from './rates';
import { tryWay, type Ask } from './ways';

/** What a run shows, and what it asks of a person. */
export interface Audience {
  onStart(checks: readonly CheckName[]): void;
  onFinding(found: Finding): void;
  onLevel(level: number): void;
  /** What came back from the media node, to be shown; undefined: no more. */
  onReturned(stream: MediaStream | undefined): void;
  /** Asks whether the tone was heard: when the microphone did not hear it. */
  confirm(): Promise<'yes' | 'no' | 'again' | 'nobody'>;
  /** Where the own picture is shown. */
  readonly preview: HTMLVideoElement;
}

const LISTEN_MS = 3_000;
const NOTHING: Looped = { up: undefined, down: undefined, picture: undefined };

export class Run {
  readonly findings: Finding[] = [];
  private camera: MediaStreamTrack | undefined;
  private ear: Ear | undefined;
  private readonly checks: readonly CheckName[];
  private readonly ask: Ask;

  constructor(readonly id: string, private readonly config: TestConfig, private readonly audience: Audience, wanted: readonly CheckName[]) {
    this.checks = withCompanions(wanted);
    this.ask = async (offer) => (await postJson<LineTestAnswer>(config.urls.offer, { run: id, ...offer })).sdp;
  }

  /** Runs the checks; the camera and the microphone are closed afterwards, whatever happens. */
  async go(): Promise<Finding[]> {
    try {
      if (this.has('browser')) this.tell(['browser'], [checkBrowser()]);
      if (this.has('camera') || this.has('uplink')) await this.look();
      if (this.has('microphone')) await this.listen();
      await this.line();
    } finally {
      this.camera?.stop();
      this.ear?.close();
      this.audience.preview.srcObject = null;
      this.audience.onReturned(undefined);
    }
    return this.findings;
  }

  private has(check: CheckName): boolean { return this.checks.includes(check); }

  private start(...checks: CheckName[]): void { this.audience.onStart(checks.filter((check) => this.has(check))); }

  private tell(started: CheckName[], found: Finding[]): void {
    this.start(...started);
    for (const one of found.filter(({ check_name }) => this.has(check_name))) {
      this.findings.push(one);
      this.audience.onFinding(one);
    }
  }

  private async look(): Promise<void> {
    this.start('camera');
    const { found, track } = await checkCamera(readChoices().camera, this.audience.preview);
    this.camera = track;
    this.tell([], [found]);
  }

  /** Microphone and loudspeaker together: a tone that is heard shows that both work. */
  private async listen(): Promise<void> {
    const choices = readChoices();
    this.start('microphone', 'speaker');
    let trouble: Finding | undefined;
    try {
      this.ear = await Ear.open(choices.microphone, (level) => this.audience.onLevel(level));
      await pause(LISTEN_MS);
    } catch (error) {
      trouble = finding('microphone', 'failed', troubleOf(error, 'microphone').code);
    }
    const spoken = [...(this.ear?.levels ?? [])]; // without the tone, which may have been heard by chance
    const heard = await this.hear(choices.loudspeaker);
    this.tell([], [
      trouble ?? judgeMicrophone(spoken, heard === 'heard', this.ear?.track.label ?? ''),
      judgeSpeaker(heard),
    ]);
  }

  private async hear(loudspeaker: string): Promise<Heard> {
    for (;;) {
      const heard = await playTones(this.ear, loudspeaker);
      if (heard !== 'unheard') return heard;
      const said = await this.audience.confirm();
      if (said !== 'again') return ({ yes: 'confirmed', no: 'unheard', nobody: 'unconfirmed' } as const)[said];
    }
  }

  private async line(): Promise<void> {
    const echo = new EchoLine(this.config.socket);
    try {
      if (this.has('socket')) {
        this.start('socket');
        this.tell([], [judgeSocket(await echo.measure())]);
      }
      if (this.has('udp')) await this.ways();
      if (this.has('uplink')) await this.rates();
      if (this.has('reconnect')) {
        this.start('reconnect');
        this.tell([], [judgeReturn(await echo.dropAndReturn())]);
      }
    } finally {
      echo.close();
    }
  }

  private async ways(): Promise<void> {
    this.start('udp', 'tcp', 'relay');
    const relays = this.config.ice_servers;
    const [udp, tcp, relay] = await Promise.all((['udp', 'tcp', 'relay'] as const).map((name) => tryWay(name, this.ask, relays)));
    this.tell([], judgeWays({ udp: udp ?? 'blocked', tcp: tcp ?? 'blocked', relay: relay ?? 'blocked' }));
  }

  private async rates(): Promise<void> {
    this.start('uplink', 'downlink');
    const { up, down, picture } = await this.loop();
    const upKbit = await upRate(this.config.urls.bytes);
    const downKbit = await downRate(this.config.urls.bytes);
    const note = picture ? `${picture.width}×${picture.height}` : '';
    this.tell([], [judgeRate('uplink', upKbit, up), judgeRate('downlink', downKbit, down, note)]);
  }

  private async loop(): Promise<Looped> {
    const loop = new Loop(this.ask, this.config.ice_servers);
    try {
      return await loop.run(this.camera, this.ear?.track, () => this.audience.onReturned(loop.returned));
    } catch {
      return NOTHING;
    } finally {
      loop.close();
      this.audience.onReturned(undefined);
    }
  }
}
