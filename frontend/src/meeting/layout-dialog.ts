/** `<eo-layout-dialog>`: how I arrange my own screen, while nobody arranges everybody's. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';

import { t } from '../lib/i18n';
import { KINDS, layoutWords, type Kind } from './arrangement';
import { DialogElement, icon } from './element';
import type { Topic } from './room';
import { WALL_SIZES } from './wall';

interface Choice { kind: Kind; size: number }

@customElement('eo-layout-dialog')
export class LayoutDialog extends DialogElement {
  static override topics: readonly Topic[] = ['screen', 'direction', 'rights', 'presence'];

  override render(): TemplateResult {
    if (!this.open) return html``;
    const { set } = this.room.screen.arrangement;
    return html`
      <dialog class="dialog" aria-labelledby="layout-title" @close=${this.closed}>
        <form method="dialog">
          <h2 id="layout-title">${t('Bố cục màn hình của tôi')}</h2>
          ${set ? this.setForAll() : nothing}
          <fieldset class="layout-choice" ?disabled=${set}>
            <legend class="visually-hidden">${t('Bố cục')}</legend>
            ${this.choices().map((choice) => this.choice(choice))}
          </fieldset>
          ${this.pinned()}
          <p><a href=${this.room.config.urls.display} target="_blank" rel="noopener" data-tool="display">${icon('tv')} ${t('Mở màn hình hội trường ở cửa sổ riêng')}</a>
            <span class="muted">${t('(cho màn hình thứ hai hoặc ti vi: nội dung, người phát biểu, đồng hồ, biểu quyết)')}</span></p>
          <div class="dialog-actions"><button type="submit" class="btn btn-primary">${t('Xong')}</button></div>
        </form>
      </dialog>`;
  }

  private setForAll(): TemplateResult {
    const { kind, size, every_s: every, by } = this.room.state.direction;
    return html`<p class="alert alert-info">${t('{name} đang đặt bố cục cho mọi người: {layout}. Lựa chọn của quý vị dùng lại khi mỗi người được tự chọn.', { name: by, layout: layoutWords(kind, size, every) })}</p>`;
  }

  private choices(): Choice[] {
    const sizes = WALL_SIZES.filter((size) => size <= 9 || this.room.state.rights.wide);
    return [...KINDS.map((kind) => ({ kind, size: 0 })), ...sizes.map((size) => ({ kind: 'wall' as const, size }))];
  }

  private choice({ kind, size }: Choice): TemplateResult {
    const { own } = this.room.screen;
    const words = kind === 'wall' && size === 0 ? t('Tường hình, vừa màn hình') : layoutWords(kind, size);
    return html`<label class="check"><input type="radio" name="layout" value="${kind}-${size}" .checked=${live(own.kind === kind && own.size === size)}
      @change=${() => this.room.screen.choose(kind, size)}>${words}</label>`;
  }

  private pinned(): TemplateResult | typeof nothing {
    const { screen, state: room } = this.room;
    if (screen.pinned === undefined) return html`<p class="muted">${t('Để ghim một điểm cầu cho riêng mình: bấm biểu tượng ghim trên hình của điểm cầu đó.')}</p>`;
    return html`<p>${icon('pin-angle')} ${t('Đang ghim: {site}', { site: room.roster.name(screen.pinned) })}
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => screen.pin(undefined)}>${t('Bỏ ghim')}</button></p>`;
  }
}
