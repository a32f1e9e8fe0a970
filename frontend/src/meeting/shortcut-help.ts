/** `<eo-shortcut-help>`: the list of keys, and the switch for single letters. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement } from './element';
import type { Topic } from './room';

const KEYS: readonly { keys: readonly string[]; does: () => string }[] = [
  { keys: ['M', 'Ctrl+D'], does: () => t('Bật, tắt micro') },
  { keys: ['V', 'Ctrl+E'], does: () => t('Bật, tắt camera') },
  { keys: [t('Phím cách (giữ)')], does: () => t('Mở micro trong lúc giữ phím') },
  { keys: ['R'], does: () => t('Xin phát biểu, hoặc rút đăng ký') },
  { keys: ['C'], does: () => t('Trao đổi') },
  { keys: ['P'], does: () => t('Danh sách điểm cầu') },
  { keys: ['W'], does: () => t('Chỉ xem hình các điểm cầu, hoặc màn hình chính') },
  { keys: ['F'], does: () => t('Toàn màn hình') },
  { keys: ['F2'], does: () => t('Đến thanh điều khiển') },
  { keys: ['?'], does: () => t('Bảng phím tắt này') },
];

@customElement('eo-shortcut-help')
export class ShortcutHelp extends RoomElement {
  static override topics: readonly Topic[] = ['choices'];

  show(): void {
    this.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    return html`
      <dialog class="dialog" aria-labelledby="shortcut-title">
        <form method="dialog">
          <h2 id="shortcut-title">${t('Phím tắt')}</h2>
          <dl class="shortcuts">${KEYS.map(({ keys, does }) => html`
            <div><dt>${keys.map((key, index) => html`${index ? ` ${t('hoặc')} ` : ''}<kbd>${key}</kbd>`)}</dt><dd>${does()}</dd></div>`)}</dl>
          <label class="check"><input type="checkbox" .checked=${this.room.choices.letters}
            @change=${(event: Event) => this.room.choose({ letters: (event.target as HTMLInputElement).checked })}>${t('Dùng phím tắt một chữ cái')}</label>
          <div class="dialog-actions"><button type="submit" class="btn btn-primary">${t('Đóng')}</button></div>
        </form>
      </dialog>`;
  }
}
