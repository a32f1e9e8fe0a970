/** What the room's elements share: light DOM, the room, and drawing again only when what they follow has changed. */

import { LitElement, html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';

import { spriteUrl } from '../lib/dom';
import { t } from '../lib/i18n';
import type { Room, Topic } from './room';
import type { Lamp } from './store';

export abstract class RoomElement extends LitElement {
  /** What this element draws. */
  static topics: readonly Topic[] = [];

  @property({ attribute: false }) room!: Room;
  private unfollow: (() => void) | undefined;

  override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    const { topics } = this.constructor as typeof RoomElement;
    this.unfollow = this.room.topics.on(topics, () => this.requestUpdate());
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    this.unfollow?.();
    super.disconnectedCallback();
  }
}

/** Draws its `<dialog>` only while it is open; the dialog's `@close` is `closed`. */
export abstract class DialogElement extends RoomElement {
  @state() protected open = false;

  async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
  }

  protected readonly closed = (): void => { this.open = false; };
}

export function icon(name: string): TemplateResult {
  return html`<svg class="icon" aria-hidden="true"><use href="${spriteUrl()}#${name}"></use></svg>`;
}

/** A lamp is never a colour alone: its shape and its words say the same. */
export const LAMPS: Record<Lamp | 'away', { shape: string; words: () => string }> = {
  good: { shape: 'check-circle-fill', words: () => t('Mạng tốt') },
  weak: { shape: 'exclamation-triangle', words: () => t('Mạng yếu') },
  bad: { shape: 'x-circle', words: () => t('Mạng rất yếu') },
  unknown: { shape: 'question-circle', words: () => t('Đang đo mạng') },
  away: { shape: 'wifi-off', words: () => t('Chưa vào') },
};

export function lamp(state: Lamp | 'away', words = LAMPS[state].words()): TemplateResult {
  return html`<span class="lamp lamp-${state}">${icon(LAMPS[state].shape)}<span>${words}</span></span>`;
}
