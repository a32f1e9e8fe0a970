/** Whether somebody speaks into a microphone that is closed, from its level alone. No DOM. */

/** As `loudness`: speech is about −30 dBFS. */
const LEAST = 0.42;
/** Above what the room sounds like by itself. */
const ABOVE = 0.15;
/** Of so many looks, at five a second, so many must be loud: a word, not a cough. */
const LOOKS = 8;
const LOUD = 5;

export class VoiceWatch {
  private floor = LEAST;
  private looks: boolean[] = [];

  /** True when the level says that somebody speaks. */
  hear(level: number): boolean {
    const loud = level > Math.max(LEAST, this.floor + ABOVE);
    // The room's own noise: follows down at once, and up slowly, so that speech is not taken for it.
    this.floor = level < this.floor ? level : this.floor + (level - this.floor) * 0.01;
    this.looks = [...this.looks, loud].slice(-LOOKS);
    return this.looks.filter(Boolean).length >= LOUD;
  }

  forget(): void {
    this.looks = [];
  }
}
