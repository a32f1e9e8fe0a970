/** `<eo-captions>`: what is said, as text, under the main screen; and for who leads, the line in which it is typed. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { Caption } from '../generated/protocol';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

/** As `meetings.captions.LINE`. */
const LONGEST = 200;
const SHOWN_MS = 20_000;
const ROWS = 2;

@customElement('eo-captions')
export class Captions extends RoomElement {
  static override topics: readonly Topic[] = ['captions', 'choices', 'layout', 'rights', 'line'];

  @state() private sending = false;
  private fades: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    clearTimeout(this.fades);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { state: room, choices, layout } = this.room;
    const lines = choices.captions || layout.captioning ? this.fresh(room.captions) : [];
    return html`
      <div class="caption-lines" role="log" aria-live="polite" aria-label=${t('Phụ đề')} ?hidden=${!lines.length}>${lines.map((line) => this.line(line))}</div>
      ${layout.captioning && room.rights.chair ? this.form() : nothing}`;
  }

  /** A line from the meeting to which mine is attached says so. */
  private line({ text, meeting }: Caption): TemplateResult {
    return html`<p>${meeting ? html`<span class="caption-from" title=${t('Phụ đề của cuộc họp đang nối cầu: {title}', { title: meeting })}>${icon('link-45deg')}<span class="visually-hidden">${meeting}:</span></span> ` : nothing}${text}</p>`;
  }

  private form(): TemplateResult {
    return html`
      <form class="caption-form" @submit=${this.send}>
        <label for="caption-text">${t('Phụ đề cho mọi người, được lưu lại')}</label>
        <input id="caption-text" maxlength=${LONGEST} autocomplete="off" placeholder=${t('Gõ từng câu ngắn, bấm Enter để hiện')}>
        <button type="submit" class="btn btn-primary" ?disabled=${this.sending}>${icon('send')} ${t('Hiện')}</button>
      </form>`;
  }

  protected override updated(): void {
    clearTimeout(this.fades);
    const newest = this.room.state.captions.at(-1);
    if (newest && this.fresh([newest]).length) this.fades = setTimeout(() => this.requestUpdate(), 1000);
  }

  /** By the server's clock: a caption from before a reload is not shown anew. */
  private fresh(captions: readonly Caption[]): readonly Caption[] {
    const now = this.room.speaking.clock.now();
    return captions.filter(({ at }) => now - Date.parse(at) < SHOWN_MS).slice(-ROWS);
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const box = this.querySelector('input');
    const text = box?.value.trim();
    if (!box || !text || this.sending) return;
    this.sending = true;
    const shown = await this.room.ask({ type: 'caption.post', text });
    this.sending = false;
    if (shown && box.value.trim() === text) box.value = '';
    box.focus();
  }
}
