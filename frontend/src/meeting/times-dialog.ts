/** `<eo-times>`: who spoke how long, at which item: the table that the server draws, for chair and secretary. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import htmx from 'htmx.org';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-times')
export class TimesDialog extends RoomElement {
  static override topics: readonly Topic[] = ['rights'];

  override render(): TemplateResult | typeof nothing {
    if (!this.room.state.rights.chair) return nothing;
    return html`
      <button type="button" class="btn btn-secondary btn-sm" data-tool="times" @click=${() => this.show()}>${icon('bar-chart')} ${t('Thời gian đã phát biểu')}</button>
      <dialog class="dialog times-dialog" aria-labelledby="times-title">
        <form method="dialog">
          <h2 id="times-title">${t('Thời gian đã phát biểu')}</h2>
          <div data-times></div>
          <div class="dialog-actions"><button type="submit" class="btn btn-primary">${t('Đóng')}</button></div>
        </form>
      </dialog>`;
  }

  private show(): void {
    const target = this.querySelector<HTMLElement>('[data-times]');
    if (target) void htmx.ajax('get', this.room.config.urls.speaking_times, { target, swap: 'innerHTML' });
    this.querySelector('dialog')?.showModal();
  }
}
