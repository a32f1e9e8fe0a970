/** `<eo-layout-desk>`: arranges everybody's screen, or leaves it to each. One press and it is so. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';

import type { LayoutState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { layoutWords } from './arrangement';
import { RoomElement, icon } from './element';
import type { Topic } from './room';
import { WALL_SIZES, type WallSize } from './wall';

type Kind = LayoutState['kind'];
const KINDS: readonly Kind[] = ['free', 'floor', 'floor_chair', 'floor_content', 'wall'];
const ROUNDS = [5, 10, 15, 20, 30, 60] as const;

@customElement('eo-layout-desk')
export class LayoutDesk extends RoomElement {
  static override topics: readonly Topic[] = ['direction', 'presence', 'rights', 'wall', 'screen'];

  /** Sites that are being chosen for the wall. */
  @state() private chosen: readonly number[] = [];

  override render(): TemplateResult {
    const { direction } = this.room.state;
    return html`
      <section class="layout-desk" aria-labelledby="desk-title">
        <h3 id="desk-title">${t('Bố cục cho mọi người')}</h3>
        ${direction.kind === 'free' ? nothing : html`<p class="muted">${t('{name} đặt: {layout}', { name: direction.by, layout: layoutWords(direction.kind, direction.size, direction.every_s) })}</p>`}
        <fieldset class="layout-choice"><legend class="visually-hidden">${t('Bố cục cho mọi người')}</legend>
          ${KINDS.map((kind) => html`<label class="check"><input type="radio" name="layout-all" value=${kind} .checked=${live(direction.kind === kind)}
            @change=${() => void this.set({ kind })}>${layoutWords(kind, 0)}</label>`)}
        </fieldset>
        ${direction.kind === 'wall' ? this.wall(direction) : nothing}
      </section>`;
  }

  private wall({ size, every_s: every }: LayoutState): TemplateResult {
    return html`
      <div class="layout-wall">
        <div role="group" aria-label=${t('Số hình trên tường')} class="button-set">${WALL_SIZES.map((one) => html`
          <button type="button" class="btn btn-sm ${one === size ? 'btn-primary' : 'btn-secondary'}" aria-pressed=${one === size} data-wall=${one}
            @click=${() => void this.set({ size: one })}>${t('{count} hình', { count: one })}</button>`)}</div>
        ${size > 9 ? html`<p class="muted">${t('Tường 16 và 25 hình hiện đủ ở điểm cầu chính và máy đạo diễn; nơi khác xem 9 hình mỗi trang.')}</p>` : nothing}
        <label>${t('Lần lượt đổi hình theo khối')}
          <select data-tool="patrol" @change=${(event: Event) => void this.patrol((event.target as HTMLSelectElement).value)}>
            <option value="" ?selected=${!every}>${t('Không, đứng yên')}</option>
            ${ROUNDS.map((seconds) => html`<option value=${seconds} ?selected=${every === seconds}>${t('mỗi {seconds} giây', { seconds })}</option>`)}
          </select></label>
        ${this.mosaic()}
      </div>`;
  }

  /** The sites that stand on everybody's wall, chosen one by one out of those looked at. */
  private mosaic(): TemplateResult {
    const { roster, direction } = this.room.state;
    const { preview } = this.room.screen;
    const fixed = direction.sites;
    return html`
      <details class="layout-mosaic" ?open=${this.chosen.length > 0}>
        <summary>${fixed.length ? t('Cố định {count} điểm cầu trên tường', { count: fixed.length }) : t('Cố định các điểm cầu trên tường')}</summary>
        <p class="muted">${t('Xem trước từng điểm cầu rồi thêm vào danh sách; mọi người thấy đúng các hình này.')}</p>
        ${this.chosen.length ? html`<ol>${this.chosen.map((site) => html`<li>${roster.name(site)}
          <button type="button" class="icon-button" aria-label=${t('Bỏ {site}', { site: roster.name(site) })} @click=${() => { this.chosen = this.chosen.filter((one) => one !== site); }}>${icon('x-lg')}</button></li>`)}</ol>` : nothing}
        <div class="button-set">
          <button type="button" class="btn btn-secondary btn-sm" data-tool="mosaic-add" ?disabled=${preview === undefined || this.chosen.includes(preview)}
            @click=${() => { if (preview !== undefined) this.chosen = [...this.chosen, preview]; }}>${icon('plus-lg')} ${preview === undefined ? t('Thêm điểm cầu đang xem trước') : t('Thêm {site}', { site: roster.name(preview) })}</button>
          <button type="button" class="btn btn-primary btn-sm" data-tool="mosaic-set" ?disabled=${this.chosen.length === 0} @click=${() => void this.set({ sites: [...this.chosen] })}>${t('Đưa lên tường')}</button>
          ${fixed.length ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => void this.unfix()}>${t('Thôi cố định')}</button>` : nothing}
        </div>
      </details>`;
  }

  private unfix(): Promise<void> {
    this.chosen = [];
    return this.set({ sites: [] });
  }

  private patrol(seconds: string): Promise<void> {
    return this.set({ every_s: seconds ? Number(seconds) : null });
  }

  private async set(change: Partial<{ kind: Kind; size: WallSize; every_s: number | null; sites: number[] }>): Promise<void> {
    const { kind, size, every_s, sites } = this.room.state.direction;
    await this.room.ask({ type: 'layout.set', kind, size, every_s, sites: [...sites], ...change });
    this.requestUpdate(); // what was refused is as before
  }
}
