/** `<eo-consultation-form>`: opens a consultation room, for an agency or for sites that are chosen. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import { fold } from './fold';
import { sitesUnder } from './roster';
import type { Topic } from './room';

const MINUTES = [5, 10, 15, 30, 60] as const;
/** So many sites are shown at once; the search finds the others. */
const SHOWN = 60;

/** `every`: who leads opens a room for each agency at once. */
type Kind = 'agency' | 'group' | 'every';

@customElement('eo-consultation-form')
export class ConsultationForm extends RoomElement {
  static override topics: readonly Topic[] = ['rights', 'presence', 'me'];

  @state() private kind: Kind = 'group';
  @state() private chosen: ReadonlySet<number> = new Set();
  @state() private search = '';
  @state() private busy = false;

  override render(): TemplateResult {
    const { rights } = this.room.state;
    return html`
      <form class="queue-part consultation-form" @submit=${(event: Event) => { event.preventDefault(); void this.open(); }}>
        <h3>${t('Mở phòng hội ý')}</h3>
        <div class="field" ?hidden=${this.kind === 'every'}><label for="consultation-name">${t('Tên phòng (không bắt buộc)')}</label>
          <input id="consultation-name" type="text" maxlength="120" autocomplete="off"></div>
        <fieldset class="field"><legend>${t('Ai hội ý')}</legend>
          ${this.choice('agency', rights.admit ? t('Một cơ quan và các đơn vị trực thuộc') : t('Cơ quan tôi và các đơn vị trực thuộc'))}
          ${this.choice('group', t('Các điểm cầu tôi chọn'))}
          ${rights.admit ? this.choice('every', t('Mỗi cơ quan một phòng, mở cùng lúc')) : nothing}
        </fieldset>
        ${this.whose()}
        <div class="field"><label for="consultation-minutes">${t('Trong')}</label>
          <select id="consultation-minutes">${MINUTES.map((minutes) => html`<option value=${minutes} ?selected=${minutes === 10}>${t('{minutes} phút', { minutes })}</option>`)}</select></div>
        ${rights.admit ? html`<label class="check"><input type="checkbox" id="consultation-bring" .checked=${this.kind === 'every'}> ${t('Đưa mọi người vào ngay, không chờ bấm')}</label>` : nothing}
        <button type="submit" class="btn btn-primary btn-block" data-tool="consultation-open" ?disabled=${this.busy}>${icon('people-fill')} ${this.kind === 'every' ? t('Mở tất cả các phòng') : t('Mở và mời vào')}</button>
      </form>`;
  }

  private whose(): TemplateResult | typeof nothing {
    if (this.kind === 'group') return this.sites();
    if (this.kind === 'every') return html`<p class="muted">${t('Cơ quan có từ hai điểm cầu trở lên được một phòng riêng; các điểm cầu khác ở lại phòng họp. Hết giờ, mọi người được đưa về.')}</p>`;
    return this.room.state.rights.admit ? this.branches() : nothing;
  }

  private choice(kind: Kind, words: string): TemplateResult {
    return html`<label class="check"><input type="radio" name="consultation-kind" value=${kind} .checked=${this.kind === kind} @change=${() => { this.kind = kind; }}> ${words}</label>`;
  }

  /** Whoever leads names the agency. */
  private branches(): TemplateResult {
    const { roster } = this.room.state;
    const branches = roster.branches().filter((branch) => sitesUnder(branch).length > 1);
    return html`<div class="field"><label for="consultation-unit">${t('Cơ quan')}</label>
      <select id="consultation-unit">${branches.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}</select></div>`;
  }

  private sites(): TemplateResult {
    const { roster, me, mainSite, rights } = this.room.state;
    const wanted = fold(this.search.trim());
    const open = roster.present.filter((site) => site !== me.site && (rights.admit || site !== mainSite) && roster.matches(site, wanted));
    return html`
      <div class="field"><label for="consultation-search">${t('Điểm cầu mời vào: đã chọn {count}', { count: this.chosen.size })}</label>
        <input id="consultation-search" type="search" placeholder=${t('Tìm tên điểm cầu')} autocomplete="off" @input=${(event: Event) => { this.search = (event.currentTarget as HTMLInputElement).value; }}
          @keydown=${(event: KeyboardEvent) => { if (event.key === 'Enter') event.preventDefault(); }}>
        <div class="consultation-sites" role="group" aria-label=${t('Điểm cầu')}>
          ${open.slice(0, SHOWN).map((site) => html`<label class="check"><input type="checkbox" value=${site} .checked=${this.chosen.has(site)} @change=${() => this.toggle(site)}> ${roster.name(site)}</label>`)}
          ${open.length ? nothing : html`<p class="muted">${t('Không có điểm cầu nào đang ở trong phòng.')}</p>`}
          ${open.length > SHOWN ? html`<p class="muted">${t('Còn {count} điểm cầu khác: gõ tên để tìm.', { count: open.length - SHOWN })}</p>` : nothing}
        </div></div>`;
  }

  private toggle(site: number): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(site)) chosen.add(site);
    this.chosen = chosen;
  }

  private async open(): Promise<void> {
    const named = this.querySelector<HTMLInputElement>('#consultation-name');
    const unit = this.querySelector<HTMLSelectElement>('#consultation-unit');
    const bring = this.querySelector<HTMLInputElement>('#consultation-bring')?.checked ?? false;
    const minutes = Number(this.querySelector<HTMLSelectElement>('#consultation-minutes')?.value ?? 10);
    this.busy = true;
    const done = await this.room.ask(this.kind === 'every' ? { type: 'consultation.gather', minutes, bring } : {
      type: 'consultation.open', kind: this.kind, name: named?.value ?? '', minutes, bring,
      unit: this.kind === 'agency' && unit ? Number(unit.value) : null, sites: this.kind === 'group' ? [...this.chosen] : [],
    });
    this.busy = false;
    if (!done) return;
    this.chosen = new Set();
    if (named) named.value = '';
    this.dispatchEvent(new CustomEvent('opened'));
  }
}
