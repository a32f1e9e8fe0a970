/** The reader's search: words, and the places where they stand, one after the other. */

import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

import { t } from '../lib/i18n';
import type { PaperEngine } from './engine';
import { iconButton } from './pieces';

type Host = ReactiveControllerHost & HTMLElement;

export class PaperSearch implements ReactiveController {
  open = false;
  private words = '';
  private said = '';

  /** `engine` gives the open paper; `closed` is told when the person has done with searching. */
  constructor(private readonly host: Host, private readonly engine: () => PaperEngine | undefined, private readonly closed: () => void) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.open = false;
  }

  toggle(): void {
    this.open = !this.open;
    this.say('');
    if (!this.open) this.engine()?.endSearch();
    void this.host.updateComplete.then(() => {
      if (this.open) this.host.querySelector<HTMLInputElement>('.pv-search input')?.focus();
      else this.closed();
    });
  }

  /** As `EngineListener.found`. */
  found(current: number, total: number, searching: boolean): void {
    if (total) this.say(t('{current}/{total} chỗ', { current, total }));
    else this.say(searching || !this.words.trim() ? '' : t('Không tìm thấy'));
  }

  render(): TemplateResult {
    return html`<form class="pv-search" role="search" @submit=${(event: Event) => { event.preventDefault(); this.find(true); }}>
      <input type="search" aria-label=${t('Tìm trong tài liệu')} placeholder=${t('Từ cần tìm')} .value=${this.words}
        @input=${(event: Event) => { this.words = (event.target as HTMLInputElement).value; this.find(false); }}
        @keydown=${(event: KeyboardEvent) => { if (event.key === 'Escape') this.toggle(); }}>
      ${iconButton('chevron-up', t('Chỗ trước'), () => this.find(true, true))}
      ${iconButton('chevron-down', t('Chỗ sau'), () => this.find(true))}
      <output role="status">${this.said}</output>
      ${iconButton('x-lg', t('Đóng tìm kiếm'), () => this.toggle())}
    </form>`;
  }

  private find(again: boolean, backwards = false): void {
    const words = this.words.trim();
    if (words) this.engine()?.search(words, again, backwards);
    else this.say('');
  }

  private say(words: string): void {
    this.said = words;
    this.host.requestUpdate();
  }
}
