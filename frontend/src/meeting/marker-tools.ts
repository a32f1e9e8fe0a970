/** `<eo-marker-tools>`: what the presenter takes in hand: the pointer, a pen of one of few colours; undo and wipe. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import type { Tool } from '../documents/hand';
import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Colour } from './marker';
import type { Topic } from './room';

const PENS: readonly { colour: Colour; label: () => string }[] = [
  { colour: 'red', label: () => t('Đỏ') },
  { colour: 'blue', label: () => t('Xanh') },
  { colour: 'green', label: () => t('Lục') },
  { colour: 'marker', label: () => t('Tô vàng') },
];

@customElement('eo-marker-tools')
export class MarkerTools extends RoomElement {
  static override topics: readonly Topic[] = ['document', 'desk'];

  private readonly keyed = (event: KeyboardEvent) => {
    const undoes = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && this.room.papers.marker.inHand === 'pen';
    const elsewhere = event.target instanceof Element && event.target.closest('input, textarea, dialog');
    if (undoes && !elsewhere) void this.undo();
    else if (event.key === 'Escape' && !elsewhere && this.room.papers.marker.inHand !== 'none') this.take('none');
    else return;
    event.preventDefault();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.keyed);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('keydown', this.keyed);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { marker } = this.room.papers;
    const drawn = this.drawnHere();
    return html`
      <div class="marker-tools" role="toolbar" aria-label=${t('Chỉ và vẽ trên tài liệu cho mọi người')}>
        <button type="button" class="btn btn-secondary btn-sm" data-tool="pointer" aria-pressed=${marker.inHand === 'pointer'}
          title=${t('Mọi người thấy chỗ quý vị chỉ trên trang')} @click=${() => this.take(marker.inHand === 'pointer' ? 'none' : 'pointer')}>
          ${icon('cursor')} ${t('Con trỏ')}</button>
        <span class="marker-pens" role="group" aria-label=${t('Bút vẽ')}><span class="marker-pens-name" aria-hidden="true">${icon('pencil')} ${t('Bút vẽ')}</span>${PENS.map(({ colour, label }) => this.pen(colour, label()))}</span>
        <button type="button" class="btn btn-secondary btn-sm" data-tool="ink-undo" ?disabled=${!drawn} title=${t('Bỏ nét vẽ sau cùng trên trang này (Ctrl+Z)')} @click=${() => this.undo()}>
          ${icon('arrow-counterclockwise')} ${t('Bỏ nét')}</button>
        <button type="button" class="btn btn-secondary btn-sm" data-tool="ink-clear" ?disabled=${!this.inkCount()} title=${t('Xóa nét vẽ')} @click=${() => void this.wipe()}>
          ${icon('eraser')} ${t('Xóa hết')}</button>
      </div>`;
  }

  private pen(colour: Colour, label: string): TemplateResult {
    const { marker } = this.room.papers;
    const on = marker.inHand === 'pen' && marker.colour === colour;
    return html`<button type="button" class="btn btn-secondary btn-sm pen-${colour}" data-tool="pen-${colour}" aria-pressed=${on}
      @click=${() => this.take(on ? 'none' : 'pen', colour)}><span class="pen-dot" aria-hidden="true"></span> ${label}</button>`;
  }

  private take(tool: Tool, colour?: Colour): void {
    this.room.papers.marker.take(tool, colour);
  }

  private inkCount(): number {
    return this.room.state.document?.ink.length ?? 0;
  }

  private drawnHere(): number {
    return this.room.state.document?.ink.filter(({ page }) => page === this.room.desk.page).length ?? 0;
  }

  private undo(): Promise<void> {
    return this.room.papers.marker.undo(this.room.desk.page);
  }

  private async wipe(): Promise<void> {
    const here = this.drawnHere();
    const all = here === 0 || here === this.inkCount();
    const yes = await confirmed({
      question: all ? t('Xóa mọi nét vẽ trên tài liệu này?') : t('Xóa nét vẽ ở trang {page}?', { page: this.room.desk.page }),
      detail: t('Nét vẽ mất ở màn hình của mọi người và không lấy lại được. Tài liệu gốc không thay đổi.'),
      action: t('Xóa nét vẽ'),
    });
    if (yes) await this.room.papers.marker.wipe(all ? null : this.room.desk.page);
  }
}
