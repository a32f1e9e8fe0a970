/** `<eo-conclusions-panel>`: the secretary's conclusions, as the server draws them (htmx). */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import htmx from 'htmx.org';

import { RoomElement } from './element';

@customElement('eo-conclusions-panel')
export class ConclusionsPanel extends RoomElement {
  override render(): TemplateResult {
    return html`<div class="panel-scroll conclusions" data-conclusions></div>`;
  }

  protected override firstUpdated(): void {
    const url = this.room.config.urls.conclusions_panel;
    const target = this.querySelector<HTMLElement>('[data-conclusions]');
    if (url && target) void htmx.ajax('get', url, { target, swap: 'innerHTML' });
  }
}
