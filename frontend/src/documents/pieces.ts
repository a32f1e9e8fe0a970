/** Pieces that the reader and the panel beside it are put together from. */

import { html, nothing, type TemplateResult } from 'lit';

import { spriteUrl } from '../lib/dom';
import { t } from '../lib/i18n';

export function symbol(name: string): TemplateResult {
  return html`<svg class="icon" aria-hidden="true"><use href="${spriteUrl()}#${name}"></use></svg>`;
}

/** A button that shows an icon and says `label`. */
export function iconButton(
  name: string, label: string, act: () => void, options: { disabled?: boolean; pressed?: boolean; step?: boolean } = {},
): TemplateResult {
  return html`<button type="button" class="icon-button ${options.step ? 'pv-step' : ''}" aria-label=${label} title=${label} ?disabled=${options.disabled ?? false}
    aria-pressed=${options.pressed === undefined ? nothing : String(options.pressed)} @click=${act}>${symbol(name)}</button>`;
}

/** Instead of a paper that could not be opened. */
export function notOpened(again: () => void): TemplateResult {
  return html`<div class="pv-failed" role="alert"><p>${t('Không mở được tài liệu.')}</p>
    <button type="button" class="btn btn-primary" @click=${again}>${t('Thử lại')}</button></div>`;
}

/** The picture of a page that stands in until the paper is open. */
export function firstPicture(picture: string, page: number): TemplateResult {
  return html`<div class="pv-first" aria-busy="true">
    ${picture ? html`<img src=${picture} alt=${t('Trang {page}', { page })}>` : nothing}
    <p>${t('Đang mở tài liệu…')}</p></div>`;
}
