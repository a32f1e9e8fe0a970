/** What this browser remembers: devices for months, the place in a meeting for the life of the tab. */

import { recall, remember } from '../lib/memory';
import type { Kind } from './arrangement';
import type { Memory } from './signalling';

export interface Choices {
  camera: string;
  microphone: string;
  loudspeaker: string;
  /** The camera that looks at paper; empty: there is none. */
  documentCamera: string;
  cameraOn: boolean;
  microphoneOn: boolean;
  /** Shortcuts of a single letter. */
  letters: boolean;
  /** The key that opens the microphone while it is held; empty: none. */
  talkKey: string;
  /** Names on icons; undefined: on the screen of a site only. */
  labels?: boolean;
  /** Show captions when there are any. */
  captions: boolean;
  /** Say so when I speak while my microphone is closed. */
  muteHint: boolean;
  /** What the browser does to my sound; undefined: as it does by itself. */
  echoCancellation?: boolean;
  noiseSuppression?: boolean;
  autoGainControl?: boolean;
  backgroundBlur: boolean;
}

const DEFAULTS: Choices = { camera: '', microphone: '', loudspeaker: '', documentCamera: '', cameraOn: true, microphoneOn: false, letters: true, talkKey: ' ', muteHint: true, captions: true, backgroundBlur: false };
const KEY = 'eoffice-room-choices';

export function readChoices(): Choices {
  return { ...DEFAULTS, ...recall<Partial<Choices>>('localStorage', KEY) };
}

export function writeChoices(choices: Partial<Choices>): void {
  remember('localStorage', KEY, { ...readChoices(), ...choices });
}

/** What a reload must bring back, beside what the server keeps. */
export interface Place {
  secret: string | null;
  site: number | null;
  carryMedia: boolean;
  camera: boolean;
  microphone: boolean;
  sound: boolean;
  /** This tab is the screen of a site. */
  siteScreen: boolean;
  /** How they arrange their screen when nobody does it for all, with how many pictures on a wall (0: what fits). */
  kind: Kind;
  wallSize: number;
  /** The site that is large for them alone. */
  pinned: number | null;
  /** The site that a director looks at. */
  previewed: number | null;
  /** The recording that this person was told of before entering, or in the room. */
  notedRecording: number;
}

export class PlaceMemory implements Memory {
  private readonly key: string;
  private place: Partial<Place>;

  constructor(meeting: number) {
    this.key = `eoffice-room-${meeting}`;
    this.place = recall<Partial<Place>>('sessionStorage', this.key) ?? {};
  }

  /** The place to come back to; undefined when this tab has none. */
  get remembered(): Partial<Place> | undefined {
    return this.place.secret ? this.place : undefined;
  }

  get(): Partial<Place> { return this.place; }

  set(place: Partial<Place>): void {
    this.place = { ...this.place, ...place };
    remember('sessionStorage', this.key, this.place);
  }

  read(): string | null { return this.place.secret ?? null; }

  write(secret: string | null): void { this.set({ secret }); }
}
