/** `<eo-shortcut-help>`: the list of keys, and the switch for single letters. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement } from './element';
import type { Topic } from './room';

interface Key { keys: readonly string[]; does: () => string }

/** Keys that no shortcut has. */
const TALK_KEYS: readonly { key: string; name: () => string }[] = [
  { key: ' ', name: () => t('Phím cách') },
  { key: 't', name: () => 'T' },
  { key: '`', name: () => t('Phím ` (dưới phím Esc)') },
  { key: '', name: () => t('Không dùng') },
];

const KEYS: readonly Key[] = [
  { keys: ['M', 'Ctrl+D'], does: () => t('Bật, tắt micro') },
  { keys: ['V', 'Ctrl+E'], does: () => t('Bật, tắt camera') },
  { keys: ['R'], does: () => t('Xin phát biểu, hoặc rút đăng ký') },
  { keys: ['N'], does: () => t('Mời người tiếp theo phát biểu (chủ tọa, thư ký)') },
  { keys: ['C'], does: () => t('Trao đổi') },
  { keys: ['P'], does: () => t('Danh sách điểm cầu') },
  { keys: ['W'], does: () => t('Chỉ xem hình các điểm cầu, hoặc màn hình chính') },
  { keys: ['F'], does: () => t('Toàn màn hình') },
  { keys: ['F2'], does: () => t('Đến thanh điều khiển') },
  { keys: ['Ctrl+Z'], does: () => t('Khi trình bày tài liệu: bỏ nét vẽ sau cùng') },
  { keys: ['?'], does: () => t('Bảng phím tắt này') },
];

@customElement('eo-shortcut-help')
export class ShortcutHelp extends RoomElement {
  static override topics: readonly Topic[] = ['choices'];

  show(): void {
    this.querySelector('dialog')?.showModal();
  }

  private talk(): Key[] {
    const { talkKey } = this.room.choices;
    const chosen = TALK_KEYS.find(({ key }) => key !== '' && key === talkKey);
    return chosen ? [{ keys: [t('{key} (giữ)', { key: chosen.name() })], does: () => t('Mở micro trong lúc giữ phím') }] : [];
  }

  override render(): TemplateResult {
    return html`
      <dialog class="dialog" aria-labelledby="shortcut-title">
        <form method="dialog">
          <h2 id="shortcut-title">${t('Phím tắt')}</h2>
          <dl class="shortcuts">${[...this.talk(), ...KEYS].map(({ keys, does }) => html`
            <div><dt>${keys.map((key, index) => html`${index ? ` ${t('hoặc')} ` : ''}<kbd>${key}</kbd>`)}</dt><dd>${does()}</dd></div>`)}</dl>
          <div class="field">
            <label for="talk-key">${t('Giữ phím để nói (micro mở trong lúc giữ, nhả ra là tắt)')}</label>
            <select id="talk-key" @change=${(event: Event) => this.room.choose({ talkKey: (event.target as HTMLSelectElement).value })}>
              ${TALK_KEYS.map(({ key, name }) => html`<option value=${key} ?selected=${key === this.room.choices.talkKey}>${name()}</option>`)}
            </select>
          </div>
          <label class="check"><input type="checkbox" .checked=${this.room.choices.letters}
            @change=${(event: Event) => this.room.choose({ letters: (event.target as HTMLInputElement).checked })}>${t('Dùng phím tắt một chữ cái')}</label>
          <div class="dialog-actions"><button type="submit" class="btn btn-primary">${t('Đóng')}</button></div>
        </form>
      </dialog>`;
  }
}
