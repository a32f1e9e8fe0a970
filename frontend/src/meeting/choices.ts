/** What this browser remembers: devices for months, the place in a meeting for the life of the tab. */

import type { Memory } from './signalling';

export interface Choices {
  camera: string;
  microphone: string;
  loudspeaker: string;
  cameraOn: boolean;
  microphoneOn: boolean;
  /** Shortcuts of a single letter. */
  letters: boolean;
}

const DEFAULTS: Choices = { camera: '', microphone: '', loudspeaker: '', cameraOn: true, microphoneOn: false, letters: true };
const KEY = 'eoffice-room-choices';

export function readChoices(): Choices {
  return { ...DEFAULTS, ...parsed<Partial<Choices>>(stored(localStorage, KEY)) };
}

export function writeChoices(choices: Partial<Choices>): void {
  store(localStorage, KEY, JSON.stringify({ ...readChoices(), ...choices }));
}

/** What a reload must bring back, beside what the server keeps. */
export interface Place {
  secret: string | null;
  site: number | null;
  carryMedia: boolean;
  camera: boolean;
  microphone: boolean;
  /** When the floor was given that this tab has already answered ("Mở ngay", "Chưa mở", or the time ran out). */
  answeredFloor: string;
  sound: boolean;
}

export class PlaceMemory implements Memory {
  private readonly key: string;
  private place: Partial<Place>;

  constructor(meeting: number) {
    this.key = `eoffice-room-${meeting}`;
    this.place = parsed<Partial<Place>>(stored(sessionStorage, this.key)) ?? {};
  }

  /** The place to come back to; undefined when this tab has none. */
  get remembered(): Partial<Place> | undefined {
    return this.place.secret ? this.place : undefined;
  }

  get(): Partial<Place> { return this.place; }

  set(place: Partial<Place>): void {
    this.place = { ...this.place, ...place };
    store(sessionStorage, this.key, JSON.stringify(this.place));
  }

  read(): string | null { return this.place.secret ?? null; }

  write(secret: string | null): void { this.set({ secret }); }
}

/** Storage may be forbidden by the browser's settings: then nothing is remembered. */
function stored(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function store(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    return;
  }
}

function parsed<T>(text: string | null): T | undefined {
  try {
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined;
  }
}
