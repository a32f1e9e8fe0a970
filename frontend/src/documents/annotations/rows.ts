/** What the panel shows of a mark. */

import { html, nothing, svg, type TemplateResult } from 'lit';

import { t } from '../../lib/i18n';
import { BROAD, path, type Pen } from '../ink';
import { symbol } from '../pieces';
import { COLOURS, colourName, kindName, type Mark, type Placed } from './mark';
import type { MarkStore } from './store';

const LONGEST_TEXT = 5000;
const EXCERPT = 160;
/** A4. */
const TALL = 1.414;

export interface RowActs {
  goTo(placed: Placed): void;
  edit(mark: Mark): void;
  change(mark: Mark): void;
  remove(mark: Mark): void;
  done(mark: Mark): void;
}

/** A mark that stands in the open version. */
export function placedRow(placed: Placed, editing: boolean, saying: string, acts: RowActs): TemplateResult {
  const { mark } = placed;
  return html`<li class="annotation-row edge-${mark.colour}" data-key=${mark.key}>
    <button type="button" class="annotation-go" @click=${() => acts.goTo(placed)}>
      <span class="annotation-where">${t('Trang {page}', { page: placed.page })} · ${kindName(mark.kind)}</span>
      ${mark.kind === 'highlight' ? excerpt(mark) : mark.kind === 'ink' ? picture(mark) : nothing}</button>
    ${editing ? editor(mark, saying, acts) : shown(mark, acts)}</li>`;
}

/** A mark whose words the open version does not have; `address` opens the version on which it was made. */
export function lostRow(mark: Mark, address: string, acts: RowActs): TemplateResult {
  return html`<li class="annotation-row edge-${mark.colour}" data-key=${mark.key}>
    <span class="annotation-where">${t('Bản {number}, trang {page}', { number: mark.number, page: mark.page })} · ${kindName(mark.kind)}</span>
    ${mark.kind === 'ink' ? picture(mark) : excerpt(mark)}
    ${mark.text ? html`<p class="annotation-text">${mark.text}</p>` : nothing}
    <div class="button-set"><a class="btn btn-secondary btn-sm" href=${address}>${t('Mở ở bản {number}', { number: mark.number })}</a>${removal(mark, acts)}</div></li>`;
}

/** A drawing in small, as on a page of A4. */
function picture({ colour, strokes, rectangles: [covered] }: Mark): TemplateResult | typeof nothing {
  if (!covered) return nothing;
  const broad = BROAD[colour as Pen];
  const [left, top] = [covered.left - broad, covered.top * TALL - broad];
  return html`<svg class="annotation-picture ink-picture" viewBox="${left} ${top} ${covered.width + 2 * broad} ${covered.height * TALL + 2 * broad}" aria-hidden="true">
    ${strokes.map((points) => svg`<polyline class="ink-${colour}" stroke-width=${broad} points=${path(points, TALL)}></polyline>`)}</svg>`;
}

function excerpt({ quote }: Mark): TemplateResult | typeof nothing {
  return quote ? html`<q class="annotation-quote">${quote.length > EXCERPT ? `${quote.slice(0, EXCERPT)}…` : quote}</q>` : nothing;
}

function shown(mark: Mark, acts: RowActs): TemplateResult {
  return html`${mark.text ? html`<p class="annotation-text">${mark.text}</p>` : nothing}
    <div class="button-set"><button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.edit(mark)}>
      ${symbol('pencil')}${mark.text ? t('Sửa') : t('Viết ghi chú')}</button>${removal(mark, acts)}</div>`;
}

function removal(mark: Mark, acts: RowActs): TemplateResult {
  return html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.remove(mark)}>${symbol('trash')}${t('Xóa')}</button>`;
}

function editor(mark: Mark, saying: string, acts: RowActs): TemplateResult {
  return html`<label class="visually-hidden" for="text-${mark.key}">${t('Nội dung ghi chú')}</label>
    <textarea id="text-${mark.key}" class="form-control" rows="4" maxlength=${LONGEST_TEXT} placeholder=${t('Viết ghi chú. Tự lưu khi bạn gõ.')} .value=${mark.text}
      @input=${(event: Event) => acts.change({ ...mark, text: (event.target as HTMLTextAreaElement).value })}></textarea>
    ${mark.kind === 'highlight' ? colours(mark, acts) : nothing}
    <div class="button-set"><button type="button" class="btn btn-primary btn-sm" @click=${() => acts.done(mark)}>${t('Xong')}</button>${removal(mark, acts)}
      <span class="annotation-saying">${saying}</span></div>`;
}

function colours(mark: Mark, acts: RowActs): TemplateResult {
  return html`<div class="annotation-colours" role="group" aria-label=${t('Màu')}>${COLOURS.map((colour) => html`
    <button type="button" class="icon-button" aria-label=${colourName(colour)} title=${colourName(colour)} aria-pressed=${String(colour === mark.colour)}
      @click=${() => acts.change({ ...mark, colour })}><span class="colour-dot dot-${colour}"></span></button>`)}</div>`;
}

/** Whether the server has what was marked. */
export function saying(store: MarkStore): string {
  switch (store.state) {
    case 'saved': return store.doubled ? t('Đã lưu. Ghi chú được sửa ở hai nơi: giữ cả hai bản.') : t('Đã lưu');
    case 'saving': return t('Đang lưu…');
    case 'waiting': return t('Chưa gửi được. Đang giữ trên máy này và tự gửi lại.');
    case 'refused': return `${store.refusal?.message ?? ''} ${store.refusal?.hint ?? ''}`;
  }
}
