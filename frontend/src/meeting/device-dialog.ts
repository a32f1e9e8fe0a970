/** `<eo-device-dialog>`: change the devices in the middle of a meeting. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import './device-choice';
import { RoomElement } from './element';

@customElement('eo-device-dialog')
export class DeviceDialog extends RoomElement {
  @state() private open = false;

  /** Shows the choice; devices are only touched while it is open. */
  async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    if (!this.open) return html``;
    return html`
      <dialog class="dialog" aria-labelledby="device-title" @close=${() => { this.open = false; }}>
        <form method="dialog">
          <h2 id="device-title">${t('Camera, micro và loa')}</h2>
          ${this.open ? html`<eo-device-choice .room=${this.room}></eo-device-choice>` : nothing}
          <div class="dialog-actions"><button type="submit" class="btn btn-primary">${t('Xong')}</button></div>
        </form>
      </dialog>`;
  }
}
