/** `<eo-device-dialog>`: change the devices in the middle of a meeting. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import './device-choice';
import { DialogElement } from './element';

function checked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}

@customElement('eo-device-dialog')
export class DeviceDialog extends DialogElement {
  override render(): TemplateResult {
    if (!this.open) return html``;
    return html`
      <dialog class="dialog" aria-labelledby="device-title" @close=${this.closed}>
        <form method="dialog">
          <h2 id="device-title">${t('Camera, micro và loa')}</h2>
          <eo-device-choice full .room=${this.room}></eo-device-choice>
          <fieldset class="field device-tuning">
            <legend>${t('Trợ giúp')}</legend>
            <label class="check"><input type="checkbox" name="labels" .checked=${this.room.labels} @change=${(event: Event) => this.room.choose({ labels: checked(event) })}>${t('Hiện tên trên các nút chỉ có hình')}</label>
            <label class="check"><input type="checkbox" name="muteHint" .checked=${this.room.choices.muteHint} @change=${(event: Event) => this.room.choose({ muteHint: checked(event) })}>${t('Nhắc khi tôi nói mà micro đang tắt')}</label>
            <label class="check"><input type="checkbox" name="captions" .checked=${this.room.choices.captions} @change=${(event: Event) => this.room.choose({ captions: checked(event) })}>${t('Hiện phụ đề khi có')}</label>
            <p class="field-help">${t('Máy tự đo độ to của tiếng tại chỗ để nhắc; khi micro tắt, không có tiếng nào được gửi đi.')}</p>
          </fieldset>
          <div class="dialog-actions"><button type="submit" class="btn btn-primary">${t('Xong')}</button></div>
        </form>
      </dialog>`;
  }
}
