/** `<eo-recording>`: watching a recording. The server draws the page; here its buttons move the pictures. */

import { t } from '../lib/i18n';
import { toast } from '../lib/toast';
import { chapterAt, spansOf, within } from './chapters';

/** Seconds by which the shared screen may be beside the floor. */
const TOLERANCE_S = 0.3;

export class RecordingElement extends HTMLElement {
  private floor!: HTMLVideoElement;
  private content: HTMLVideoElement | null = null;
  private chapters: HTMLButtonElement[] = [];
  private starts: number[] = [];
  private shared: [number, number][] = [];
  private current = -1;

  connectedCallback(): void {
    const floor = this.querySelector<HTMLVideoElement>('#recording-floor');
    if (!floor) return;
    this.floor = floor;
    this.content = this.querySelector('#recording-content');
    this.shared = spansOf(this.content?.dataset.shared ?? '');
    this.chapters = [...this.querySelectorAll<HTMLButtonElement>('[data-start]')];
    this.starts = this.chapters.map((button) => Number(button.dataset.start));
    this.addEventListener('click', (event) => this.pressed(event));
    this.querySelector('#recording-speed')?.addEventListener('change', (event) => this.setSpeed(Number((event.target as HTMLSelectElement).value)));
    for (const event of ['timeupdate', 'seeking', 'play', 'pause', 'ratechange']) floor.addEventListener(event, () => this.follow());
    floor.addEventListener('error', () => this.broken());
    if (floor.error) this.broken();
    this.follow();
  }

  private pressed(event: Event): void {
    const button = (event.target as Element).closest('button');
    if (button?.dataset.start !== undefined) {
      this.floor.currentTime = Number(button.dataset.start);
      void this.floor.play().catch(() => toast(t('Bấm nút phát để xem tiếp.')));
    } else if (button?.dataset.jump !== undefined) {
      this.floor.currentTime = Math.max(0, this.floor.currentTime + Number(button.dataset.jump));
    }
  }

  private setSpeed(speed: number): void {
    this.floor.playbackRate = speed;
  }

  /** The chapter that plays is marked; the shared screen goes with the floor. */
  private follow(): void {
    const { floor, content } = this;
    const playing = chapterAt(this.starts, floor.currentTime);
    if (playing !== this.current) {
      this.chapters[this.current]?.removeAttribute('aria-current');
      this.chapters[playing]?.setAttribute('aria-current', 'true');
      this.current = playing;
    }
    if (!content) return;
    content.hidden = !within(this.shared, floor.currentTime);
    content.playbackRate = floor.playbackRate;
    if (Math.abs(content.currentTime - floor.currentTime) > TOLERANCE_S) content.currentTime = Math.min(floor.currentTime, content.duration || floor.currentTime);
    if (floor.paused === content.paused) return;
    if (floor.paused) content.pause();
    else void content.play().catch(() => undefined);
  }

  private broken(): void {
    const words = this.querySelector<HTMLElement>('[data-broken]');
    if (words) words.hidden = false;
  }
}

customElements.define('eo-recording', RecordingElement);
