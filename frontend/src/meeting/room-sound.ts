/** `<eo-room-sound>`: the three voices that the node sends, on the chosen loudspeaker. */

import { html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

const VOICES = ['audio0', 'audio1', 'audio2'] as const;

@customElement('eo-room-sound')
export class RoomSound extends RoomElement {
  static override topics: readonly Topic[] = ['streams', 'sound', 'choices'];

  /** The browser waits for a press before it plays sound. */
  @state() private blocked = false;

  override render(): TemplateResult {
    const { streams } = this.room.connection.receive;
    return html`
      ${VOICES.map((voice) => html`<audio data-voice=${voice} autoplay .muted=${!this.room.sound} .srcObject=${streams[voice] ?? null}></audio>`)}
      ${this.blocked ? html`
        <div class="banner banner-warning" role="alert"><p>${t('Trình duyệt đang chặn tiếng.')}</p>
          <button type="button" class="btn btn-primary" @click=${() => void this.play()}>${icon('volume-up')} ${t('Bấm để nghe')}</button></div>` : ''}`;
  }

  protected override updated(): void {
    void this.play();
    void this.route();
  }

  private async play(): Promise<void> {
    const playing = [...this.querySelectorAll('audio')].filter((audio) => audio.srcObject && !audio.muted);
    const results = await Promise.allSettled(playing.map((audio) => audio.play()));
    this.blocked = results.some((result) => result.status === 'rejected' && (result.reason as DOMException).name === 'NotAllowedError');
  }

  private async route(): Promise<void> {
    const { loudspeaker } = this.room.choices;
    for (const audio of this.querySelectorAll<HTMLAudioElement & { setSinkId?(id: string): Promise<void> }>('audio')) {
      await audio.setSinkId?.(loudspeaker).catch(() => undefined);
    }
  }
}
