/** `<eo-attendance-panel>`: check-in, and for who keeps it the people of each site, as the server draws them (htmx). */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import htmx from 'htmx.org';

import './attendance-line';
import { RoomElement } from './element';
import type { Topic } from './room';

@customElement('eo-attendance-panel')
export class AttendancePanel extends RoomElement {
  static override topics: readonly Topic[] = ['attendance'];

  override render(): TemplateResult {
    return html`<div class="panel-scroll votes"><eo-attendance-line .room=${this.room}></eo-attendance-line><div data-attendance></div></div>`;
  }

  /** Drawn anew when numbers change, unless somebody is at work in it. */
  protected override updated(): void {
    const target = this.querySelector<HTMLElement>('[data-attendance]');
    const url = this.room.config.urls.attendance_panel;
    if (url && target && !target.querySelector('input:focus')) void htmx.ajax('get', url, { target, swap: 'innerHTML' });
  }
}
