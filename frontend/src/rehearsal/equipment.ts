/** Browser, camera, microphone and loudspeaker of this machine, tried for real. */

import { t } from '../lib/i18n';
import { pause } from '../lib/pause';
import { available, openCamera, openMicrophone, troubleOf } from '../meeting/devices';
import { loudness } from '../meeting/level';
import { finding, toneHeard, type Finding, type Heard } from './findings';

const FRAME_WITHIN_MS = 6_000;
const LOOK_EVERY_MS = 100;
/** Mean brightness (0–255) under which a picture is black, and how bright its brightest spot may be. */
const DARK = { mean: 12, most: 40 };
const TONES = [700, 1300] as const;
const TONE_MS = 900;
const WINDOW = 4096;

export function checkBrowser(): Finding {
  const note = browserName(navigator.userAgent);
  if (!window.isSecureContext) return finding('browser', 'failed', 'insecure', null, note);
  if (!available() || !('RTCPeerConnection' in window) || !('setCodecPreferences' in RTCRtpTransceiver.prototype)) {
    return finding('browser', 'failed', 'old', null, note);
  }
  const has = (kind: 'audio' | 'video', type: string) =>
    RTCRtpSender.getCapabilities(kind)?.codecs.some(({ mimeType }) => mimeType.toLowerCase() === type);
  const codecs = has('audio', 'audio/opus') && (has('video', 'video/vp8') || has('video', 'video/h264'));
  return codecs ? finding('browser', 'ok', '', null, note) : finding('browser', 'failed', 'no-codec', null, note);
}

/** "Chrome 131, Windows": what IT people ask first. */
export function browserName(agent: string): string {
  const known: [RegExp, string][] = [
    [/coc_coc_browser\/(\d+)/, t('Cốc Cốc')], [/Edg\/(\d+)/, 'Edge'], [/OPR\/(\d+)/, 'Opera'], [/Firefox\/(\d+)/, 'Firefox'],
    [/Chrome\/(\d+)/, 'Chrome'], [/Version\/(\d+).*Safari/, 'Safari'],
  ];
  const found = known.find(([pattern]) => pattern.test(agent));
  const systems: [RegExp, string][] = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS/, 'macOS'], [/Linux|CrOS/, 'Linux']];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  const name = found ? `${found[1]} ${found[0].exec(agent)?.[1] ?? ''}` : t('Trình duyệt');
  return [name, system].filter(Boolean).join(', ');
}

/** Opens the camera, waits for a picture and looks whether it is black. */
export async function checkCamera(id: string, video: HTMLVideoElement): Promise<{ found: Finding; track: MediaStreamTrack | undefined }> {
  let track: MediaStreamTrack;
  try {
    track = await openCamera(id);
  } catch (error) {
    return { found: finding('camera', 'failed', troubleOf(error, 'camera').code), track: undefined };
  }
  video.srcObject = new MediaStream([track]);
  await video.play().catch(() => undefined);
  const end = performance.now() + FRAME_WITHIN_MS;
  while (performance.now() < end && !(video.videoWidth && video.readyState >= 2)) await pause(LOOK_EVERY_MS);
  if (!video.videoWidth) return { found: finding('camera', 'failed', 'no-frames', null, track.label), track };
  const note = `${video.videoWidth}×${video.videoHeight}, ${track.label}`;
  const dark = await isDark(video);
  return { found: finding('camera', dark ? 'weak' : 'ok', dark ? 'dark' : '', null, note), track };
}

/** Looked at several times: cameras need a moment to open their eye. */
async function isDark(video: HTMLVideoElement): Promise<boolean> {
  for (let look = 0; look < 10; look += 1) {
    if (!darkFrame(video)) return false;
    await pause(LOOK_EVERY_MS * 2);
  }
  return true;
}

function darkFrame(video: HTMLVideoElement): boolean {
  const canvas = document.createElement('canvas');
  canvas.width = 32;
  canvas.height = 18;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return false;
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  let most = 0;
  for (let at = 0; at < data.length; at += 4) {
    const bright = (data[at]! + data[at + 1]! + data[at + 2]!) / 3;
    sum += bright;
    most = Math.max(most, bright);
  }
  return sum / (data.length / 4) < DARK.mean && most < DARK.most;
}

/** A microphone that is listened to until it is closed: how loud, and whether a tone is heard. */
export class Ear {
  readonly levels: number[] = [];
  private readonly context = new AudioContext();
  private readonly analyser = this.context.createAnalyser();
  private readonly timer: ReturnType<typeof setInterval>;

  private constructor(readonly track: MediaStreamTrack, onLevel: (level: number) => void) {
    this.analyser.fftSize = WINDOW;
    this.analyser.smoothingTimeConstant = 0;
    this.context.createMediaStreamSource(new MediaStream([track])).connect(this.analyser);
    const samples = new Float32Array(WINDOW);
    this.timer = setInterval(() => {
      this.analyser.getFloatTimeDomainData(samples);
      const level = loudness(samples);
      this.levels.push(level);
      onLevel(level);
    }, LOOK_EVERY_MS);
  }

  /** The sound as it is: what removes noise and echo would remove the test tones. Throws what the browser throws. */
  static async open(id: string, onLevel: (level: number) => void): Promise<Ear> {
    const ear = new Ear(await openMicrophone(id, {}, true), onLevel);
    await ear.context.resume();
    return ear;
  }

  /** How loud the two test tones are now, in decibels. */
  tones(): [number, number] {
    const spectrum = new Float32Array(this.analyser.frequencyBinCount);
    this.analyser.getFloatFrequencyData(spectrum);
    const at = (hertz: number) => spectrum[Math.round((hertz * WINDOW) / this.context.sampleRate)] ?? -120;
    return [Math.max(-120, at(TONES[0])), Math.max(-120, at(TONES[1]))];
  }

  close(): void {
    clearInterval(this.timer);
    this.track.stop();
    void this.context.close();
  }
}

/** Plays two tones after each other; whether the microphone heard them. */
export async function playTones(ear: Ear | undefined, loudspeaker: string): Promise<Extract<Heard, 'heard' | 'unheard' | 'blocked'>> {
  const context: AudioContext & { setSinkId?(id: string): Promise<void> } = new AudioContext();
  try {
    if (loudspeaker && context.setSinkId) await context.setSinkId(loudspeaker).catch(() => undefined);
    await Promise.race([context.resume(), pause(1_000)]);
    if (context.state !== 'running') return 'blocked';
    const first = await during(context, TONES[0], ear);
    const second = await during(context, TONES[1], ear);
    return ear && toneHeard(first, second) ? 'heard' : 'unheard';
  } finally {
    void context.close();
  }
}

/** How loud each tone was on average while `hertz` sounded. */
async function during(context: AudioContext, hertz: number, ear: Ear | undefined): Promise<[number, number]> {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = 0.3;
  oscillator.frequency.value = hertz;
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  const sums: [number, number] = [0, 0];
  const end = performance.now() + TONE_MS;
  await pause(TONE_MS / 3); // what sounded before is over
  let looks = 0;
  while (performance.now() < end) {
    const [low, high] = ear?.tones() ?? [-120, -120];
    sums[0] += low;
    sums[1] += high;
    looks += 1;
    await pause(LOOK_EVERY_MS / 2);
  }
  oscillator.stop();
  await pause(LOOK_EVERY_MS * 2);
  return [sums[0] / Math.max(1, looks), sums[1] / Math.max(1, looks)];
}
