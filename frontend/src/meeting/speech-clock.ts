/** `<eo-speech-clock>`: what the speaker still has, counted down by the server's time. Only the words change each second. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { RoomElement, icon } from './element';
import { clockFace } from './floor-time';
import type { Topic } from './room';

@customElement('eo-speech-clock')
export class SpeechClock extends RoomElement {
  static override topics: readonly Topic[] = ['floor'];

  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), 250);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    this.hidden = this.room.state.floor === null;
    return html`<span class="speech-clock" role="timer">${icon('stopwatch')}<span class="number" data-words></span></span>`;
  }

  protected override updated(): void { this.tick(); }

  private tick(): void {
    const { floor } = this.room.state;
    const words = this.querySelector<HTMLElement>('[data-words]');
    if (!floor || !words) return;
    const face = clockFace(floor, this.room.speaking.clock.now());
    if (words.textContent !== face.words) words.textContent = face.words;
    this.dataset.mood = face.mood;
  }
}
