/**
 * `<eo-picker>`: finds people, units or groups by typing, one or several (ARIA 1.2 combobox pattern).
 *
 *     <eo-picker name="people" src="/units/search/" label="Thành phần" multiple required>
 *       <input type="hidden" name="people" value="p12" data-text="Nguyễn Văn An" data-detail="Chủ tịch">
 *     </eo-picker>
 *
 * `src` answers `GET ?q=…` with `{"results": [{"id", "text", "detail"}]}`. What is chosen is submitted as
 * plain hidden inputs called `name`, in the order chosen. Fires `change` after each change.
 */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { spriteUrl } from '../lib/dom';
import { getJson } from '../lib/http';
import { t } from '../lib/i18n';
import type { PickedItem } from '../lib/drafts';

let count = 0;

@customElement('eo-picker')
export class EoPicker extends LitElement {
  @property() name = '';
  @property() src = '';
  @property() label = '';
  @property() placeholder = '';
  @property({ attribute: 'described-by' }) describedBy = '';
  @property({ type: Boolean }) multiple = false;
  @property({ type: Boolean }) required = false;
  @property({ type: Boolean }) invalid = false;
  @property({ attribute: 'input-id' }) inputId = `picker-${++count}`;
  @property({ attribute: false }) items: PickedItem[] = [];

  @state() private found: PickedItem[] = [];
  @state() private open = false;
  @state() private active = -1;
  @state() private status = '';
  private query = '';
  /** What was typed has not been answered yet; the list still shows something older. */
  private pending = false;
  /** Enter was pressed meanwhile: take the first answer. */
  private hasty = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    if (!this.hasUpdated) {
      const given = [...this.querySelectorAll<HTMLInputElement>('input[type=hidden]')];
      this.items = given.map((input) => ({
        id: input.value, text: input.dataset.text ?? input.value, detail: input.dataset.detail ?? '',
      }));
      this.replaceChildren();
    }
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    clearTimeout(this.timer);
    this.running?.abort();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const listId = `${this.inputId}-list`;
    const current = this.open && this.active >= 0 ? `${this.inputId}-option-${this.active}` : nothing;
    const missing = this.required && this.items.length === 0;
    return html`
      ${this.items.map((item) => html`<input type="hidden" name=${this.name} .value=${item.id}>`)}
      ${this.items.length ? this.chosen() : nothing}
      <div class="picker-box">
        <svg class="icon" aria-hidden="true"><use href="${spriteUrl()}#search"></use></svg>
        <input type="text" role="combobox" autocomplete="off" class="form-control" id=${this.inputId}
          aria-expanded=${this.open} aria-controls=${listId} aria-autocomplete="list" aria-activedescendant=${current}
          aria-label=${this.label || nothing} aria-describedby=${this.describedBy || nothing}
          aria-invalid=${this.invalid ? 'true' : nothing} aria-required=${this.required ? 'true' : nothing}
          ?required=${missing} placeholder=${this.placeholder || t('Gõ tên để tìm')} .value=${this.query}
          @input=${this.typed} @keydown=${this.keyed} @focus=${() => this.search(0)} @blur=${this.left}>
        <ul class="picker-list" role="listbox" id=${listId} ?hidden=${!this.open} aria-label=${this.label || t('Kết quả tìm')}>
          ${this.found.map((item, index) => this.option(item, index))}
        </ul>
        ${this.open && !this.found.length ? html`<p class="picker-list picker-empty">${this.status}</p>` : nothing}
      </div>
      <p class="visually-hidden" role="status">${this.status}</p>`;
  }

  private chosen(): TemplateResult {
    return html`<ul class="picked" aria-label=${t('Đã chọn')}>${this.items.map((item) => html`
      <li><span>${item.text}${item.detail ? html`<small>${item.detail}</small>` : nothing}</span>
        <button type="button" class="icon-button" aria-label=${t('Bỏ {name}', { name: item.text })} @click=${() => this.remove_(item)}>
          <svg class="icon" aria-hidden="true"><use href="${spriteUrl()}#x-lg"></use></svg>
        </button></li>`)}</ul>`;
  }

  private option(item: PickedItem, index: number): TemplateResult {
    const taken = this.items.some((one) => one.id === item.id);
    return html`<li role="option" id="${this.inputId}-option-${index}" aria-selected=${index === this.active}
      class=${taken ? 'taken' : ''} aria-disabled=${taken ? 'true' : nothing}
      @pointerdown=${(event: Event) => { event.preventDefault(); this.choose(item); }}>
      <span>${item.text}</span>${item.detail ? html`<small>${item.detail}</small>` : nothing}</li>`;
  }

  private typed(event: Event): void {
    event.stopPropagation();
    this.query = (event.target as HTMLInputElement).value;
    this.pending = true;
    this.hasty = false;
    this.active = -1;
    this.search(200);
  }

  private search(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.fetch_(), delay);
  }

  private async fetch_(): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const asked = this.query;
    const url = new URL(this.src, window.location.href);
    url.searchParams.set('q', this.query);
    try {
      const { results } = await getJson<{ results: { id: string | number; text: string; detail?: string }[] }>(url.href, running.signal);
      this.found = results.map((item) => ({ ...item, id: String(item.id) }));
      this.status = results.length ? t('{count} kết quả', { count: results.length }) : t('Không tìm thấy. Thử gõ ít chữ hơn.');
    } catch (error) {
      if (running.signal.aborted) return;
      this.found = [];
      this.status = error instanceof Error ? error.message : t('Hệ thống gặp lỗi.');
    }
    if (asked !== this.query) return; // another answer is on its way
    this.pending = false;
    this.active = this.found.length && this.query ? 0 : -1;
    this.open = this.contains(document.activeElement);
    const first = this.found[0];
    if (this.hasty && first) this.choose(first);
    this.hasty = false;
  }

  private keyed(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.open) return this.search(0);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.active = (this.active + step + this.found.length) % Math.max(1, this.found.length);
      void this.updateComplete.then(() => this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }));
    } else if (event.key === 'Enter' && (this.open || this.query)) {
      event.preventDefault();
      const item = this.found[this.active];
      if (this.pending) this.hasty = true;
      else if (item) this.choose(item);
    } else if (event.key === 'Escape' && this.open) {
      event.stopPropagation();
      this.open = false;
    } else if (event.key === 'Backspace' && !this.query && this.items.length) {
      this.change(this.items.slice(0, -1));
    }
  }

  private left(): void {
    clearTimeout(this.timer);
    this.open = false;
  }

  private choose(item: PickedItem): void {
    if (this.items.some((one) => one.id === item.id)) return;
    this.query = '';
    this.open = false;
    this.change(this.multiple ? [...this.items, item] : [item]);
    this.querySelector<HTMLInputElement>('[role=combobox]')?.focus();
  }

  private remove_(item: PickedItem): void {
    this.change(this.items.filter((one) => one.id !== item.id));
    this.querySelector<HTMLInputElement>('[role=combobox]')?.focus();
  }

  private change(items: PickedItem[]): void {
    this.items = items;
    void this.updateComplete.then(() => this.dispatchEvent(new Event('change', { bubbles: true })));
  }
}

declare global {
  interface HTMLElementTagNameMap { 'eo-picker': EoPicker }
}
