/** How loud a microphone is, five times a second. */

const PERIOD_MS = 200;
/** Samples looked at each time: nearly the whole period, so that no short sound is missed. */
const WINDOW = 8192;

/** Calls `onLevel` with 0–1 until stopped. Costs nothing while the page cannot be seen. */
export class LevelMeter {
  private readonly context: AudioContext;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(track: MediaStreamTrack, onLevel: (level: number) => void) {
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = WINDOW;
    this.context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      if (document.hidden) return;
      analyser.getFloatTimeDomainData(samples);
      onLevel(loudness(samples));
    }, PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    void this.context.close();
  }
}

/** 0 at −60 dBFS and below, 1 at 0 dBFS: as the ear hears it. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-9);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}
