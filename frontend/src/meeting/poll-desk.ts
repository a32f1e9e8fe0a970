/** `<eo-poll-desk>`: who is missing, and ballots entered by hand, as the server draws them (htmx). */

import { html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import htmx from 'htmx.org';

import type { PollState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { fill } from './config';
import { RoomElement } from './element';

@customElement('eo-poll-desk')
export class PollDesk extends RoomElement {
  @property({ attribute: false }) poll!: PollState;
  @state() private open = false;

  override render(): TemplateResult {
    return html`<details class="vote-desk" @toggle=${this.toggled}><summary>${this.poll.state === 'ready' ? t('Ai chưa sẵn sàng') : t('Ai chưa biểu quyết, nhập tay')}</summary><div data-desk></div></details>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (this.open && changed.has('poll') && !this.querySelector('[data-desk] :focus')) this.load();
  }

  private readonly toggled = (event: Event): void => {
    this.open = (event.target as HTMLDetailsElement).open;
    if (this.open) this.load();
  };

  private load(): void {
    const target = this.querySelector<HTMLElement>('[data-desk]');
    if (target) void htmx.ajax('get', fill(this.room.config.urls.poll_desk, { poll: this.poll.id }), { target, swap: 'innerHTML' });
  }
}
