/**
 * Whether a picture still moves. A camera that falls silent, or a line that carries no picture any more, leaves the last one
 * standing: nobody may be taken for present by a picture that is minutes old. No DOM.
 */

/** Without a new picture for so long it stands still. A camera sends fifteen a second, seven on a weak line. */
const STILL_AFTER_MS = 4_000;
/** Between two looks; a page in the background is let look more rarely, and is sent no pictures. */
export const LOOK_EVERY_MS = 1_000;
const SELDOM_MS = 3 * LOOK_EVERY_MS;

export class Motion {
  isStill = false;
  private pictures = -1;
  private changed = 0;
  private looked = -Infinity;

  /** Takes how many pictures there were until `now` (milliseconds); whether `isStill` is another. */
  look(pictures: number, now: number): boolean {
    const before = this.isStill;
    if (pictures !== this.pictures || now - this.looked > SELDOM_MS) this.changed = now;
    if (pictures !== this.pictures) this.isStill = false;
    else this.isStill ||= now - this.changed >= STILL_AFTER_MS;
    this.pictures = pictures;
    this.looked = now;
    return this.isStill !== before;
  }

  /** Another picture is to come. */
  reset(): void {
    this.isStill = false;
    this.looked = -Infinity;
  }
}
