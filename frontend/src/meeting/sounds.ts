/** Short tones made in the browser: no files, and they follow the chosen loudspeaker where the browser can. */

import { pause } from '../lib/pause';

interface Tone { hertz: number; at_s: number; for_s: number }

const CHIME: Tone[] = [{ hertz: 659, at_s: 0, for_s: 0.35 }, { hertz: 880, at_s: 0.28, for_s: 0.6 }];
const TEST: Tone[] = [{ hertz: 440, at_s: 0, for_s: 0.4 }, { hertz: 554, at_s: 0.4, for_s: 0.4 }, { hertz: 659, at_s: 0.8, for_s: 0.7 }];

/** The floor is yours. */
export function chime(loudspeaker = ''): Promise<void> {
  return play(CHIME, loudspeaker);
}

/** To hear whether the loudspeaker works. */
export function testTone(loudspeaker = ''): Promise<void> {
  return play(TEST, loudspeaker);
}

async function play(tones: readonly Tone[], loudspeaker: string): Promise<void> {
  const context: AudioContext & { setSinkId?(id: string): Promise<void> } = new AudioContext();
  try {
    if (loudspeaker && context.setSinkId) await context.setSinkId(loudspeaker).catch(() => undefined);
    const end = Math.max(...tones.map((tone) => schedule(context, tone)));
    await pause(end * 1000 + 100);
  } finally {
    void context.close();
  }
}

function schedule(context: AudioContext, { hertz, at_s, for_s }: Tone): number {
  const start = context.currentTime + at_s;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.25, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, start + for_s);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + for_s);
  return at_s + for_s;
}
