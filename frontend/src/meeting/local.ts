/** The camera, microphone and screen of this device: what is open, and what is sent. No DOM. */

import { blur, openCamera, openDocumentCamera, openMicrophone, openScreen, troubleOf, type Trouble, type Tuning } from './devices';
import type { Source } from './store';

export interface LocalOptions {
  /** Gives a track to the connection, or takes it away. */
  send(source: Source, track: MediaStreamTrack | undefined): void;
  onChange(): void;
  /** A device went away by itself: unplugged, or "stop sharing" pressed in the browser. */
  onEnded(source: 'camera' | 'microphone' | 'content'): void;
  plainSound: boolean;
}

export class LocalMedia {
  cameraOn = false;
  microphoneOn = false;
  sharing = false;
  camera: MediaStreamTrack | undefined;
  microphone: MediaStreamTrack | undefined;
  trouble: { camera?: Trouble; microphone?: Trouble } = {};
  private devices = { camera: '', microphone: '' };
  private tuning: Tuning = {};
  private blurred = false;
  /** What I share, to see it myself. */
  screenStream: MediaStream | undefined;
  private screen: MediaStreamTrack[] = [];

  constructor(private readonly options: LocalOptions) {}

  /** Opens the camera, or stops it and puts out its light. False when the browser refused. */
  async setCamera(on: boolean): Promise<boolean> {
    if (!on) {
      this.camera?.stop();
      this.camera = undefined;
    } else if (!this.camera) {
      this.camera = await this.open('camera');
      if (this.camera) this.camera.contentHint = 'motion';
      if (this.blurred) await blur(this.camera, true);
    }
    this.cameraOn = on && this.camera !== undefined;
    this.options.send('camera', this.camera);
    this.options.onChange();
    return this.cameraOn === on;
  }

  /** Opens the device without sending anything: for the level meter, and so that speaking starts at once. */
  async prepareMicrophone(): Promise<boolean> {
    this.microphone ??= await this.open('microphone');
    if (this.microphone && !this.microphoneOn) this.microphone.enabled = this.listening;
    this.options.onChange();
    return this.microphone !== undefined;
  }

  /** Sends the sound, or closes the microphone at once. */
  async setMicrophone(on: boolean): Promise<boolean> {
    if (on && !(await this.prepareMicrophone())) return false;
    this.microphoneOn = on;
    if (this.microphone) this.microphone.enabled = on || this.listening;
    this.options.send('microphone', on ? this.microphone : undefined);
    this.options.onChange();
    return true;
  }

  /** Before joining, the meter hears the microphone although nothing is sent. */
  listening = false;

  /** Changes to another device; what was on stays on. */
  async use(kind: 'camera' | 'microphone', id: string): Promise<void> {
    if (this.devices[kind] === id && this[kind]) return;
    this.devices[kind] = id;
    if (kind === 'camera') {
      const wasOn = this.cameraOn;
      await this.setCamera(false);
      if (wasOn) await this.setCamera(true);
    } else await this.reopenMicrophone();
  }

  /** Has the browser treat my sound another way, at once: browsers take that only when they open the microphone. */
  async tune(tuning: Tuning): Promise<void> {
    this.tuning = tuning;
    await this.reopenMicrophone();
  }

  async setBlur(on: boolean): Promise<void> {
    this.blurred = on;
    await blur(this.camera, on);
    this.options.onChange();
  }

  private async reopenMicrophone(): Promise<void> {
    const wasOn = this.microphoneOn;
    const wasOpen = this.microphone !== undefined;
    this.dropMicrophone();
    if (wasOn) await this.setMicrophone(true);
    else if (wasOpen) await this.prepareMicrophone();
  }

  /** Which devices to take when they are opened, and what the browser is to do to sound and picture. */
  prefer(camera: string, microphone: string, { backgroundBlur = false, ...tuning }: Tuning & { backgroundBlur?: boolean } = {}): void {
    this.devices = { camera, microphone };
    this.tuning = tuning;
    this.blurred = backgroundBlur;
  }

  /** Shares the screen, or what the document camera of that id sees. */
  async share(documentCamera = ''): Promise<void> {
    const { picture, sound } = documentCamera ? await openDocumentCamera(documentCamera) : await openScreen();
    this.screen = sound ? [picture, sound] : [picture];
    this.screenStream = new MediaStream([picture]);
    this.sharing = true;
    picture.addEventListener('ended', () => this.options.onEnded('content'));
    this.options.send('content', picture);
    this.options.send('content-audio', sound);
    this.options.onChange();
  }

  unshare(): void {
    if (!this.sharing) return;
    for (const track of this.screen) track.stop();
    this.screen = [];
    this.screenStream = undefined;
    this.sharing = false;
    this.options.send('content', undefined);
    this.options.send('content-audio', undefined);
    this.options.onChange();
  }

  /** Gives every device back. */
  close(): void {
    this.camera?.stop();
    this.camera = undefined;
    this.cameraOn = false;
    this.dropMicrophone();
    this.options.send('camera', undefined);
    this.unshare();
    this.options.onChange();
  }

  private dropMicrophone(): void {
    this.microphone?.stop();
    this.microphone = undefined;
    this.microphoneOn = false;
    this.options.send('microphone', undefined);
  }

  private async open(kind: 'camera' | 'microphone'): Promise<MediaStreamTrack | undefined> {
    const { [kind]: _cured, ...others } = this.trouble;
    try {
      const id = this.devices[kind];
      const track = kind === 'camera' ? await openCamera(id) : await openMicrophone(id, this.tuning, this.options.plainSound);
      track.addEventListener('ended', () => this.ended(kind, track));
      this.trouble = others;
      return track;
    } catch (error) {
      this.trouble = { ...others, [kind]: troubleOf(error, kind) };
      return undefined;
    }
  }

  private ended(kind: 'camera' | 'microphone', track: MediaStreamTrack): void {
    if (this[kind] !== track) return;
    if (kind === 'camera') void this.setCamera(false);
    else this.dropMicrophone();
    this.options.onChange();
    this.options.onEnded(kind);
  }
}
