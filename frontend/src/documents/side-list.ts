/** Beside the open paper: its pages as small pictures, or its headings where the file has them. */

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

import { t } from '../lib/i18n';
import type { Heading, PaperEngine } from './engine';

type Host = ReactiveControllerHost & HTMLElement & { page: number; pages: number };

export class SideList implements ReactiveController {
  open = false;
  private headings: readonly Heading[] = [];
  private showsHeadings = false;
  private painted: number | undefined;
  private readonly sight = new IntersectionObserver((entries) => this.paint(entries), { rootMargin: '200px' });

  /** `turn` goes to a page by the person's hand. */
  constructor(private readonly host: Host, private readonly engine: () => PaperEngine | undefined, private readonly turn: (page: number) => void) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.sight.disconnect();
  }

  hostUpdated(): void {
    if (!this.open || this.showsHeadings) return;
    for (const canvas of this.host.querySelectorAll('.pv-thumbs canvas:not([data-painted])')) this.sight.observe(canvas);
    if (this.painted !== this.host.page) this.host.querySelector('.pv-thumbs [aria-current]')?.scrollIntoView({ block: 'nearest' });
    this.painted = this.host.page;
  }

  toggle(): void {
    this.open = !this.open;
    this.host.requestUpdate();
  }

  /** A paper was opened. */
  async read(engine: PaperEngine): Promise<void> {
    this.headings = [];
    this.showsHeadings = false;
    this.headings = await engine.headings();
    this.host.requestUpdate();
  }

  render(): TemplateResult {
    return html`<nav class="pv-side" aria-label=${t('Danh sách trang')}>
      ${this.headings.length ? html`<div class="pv-side-choice" role="group" aria-label=${t('Cách liệt kê')}>
        ${this.choice(false, t('Trang'))}${this.choice(true, t('Đề mục'))}</div>` : nothing}
      ${this.showsHeadings ? this.headingList() : this.thumbnails()}</nav>`;
  }

  private choice(headings: boolean, label: string): TemplateResult {
    return html`<button type="button" aria-pressed=${String(this.showsHeadings === headings)}
      @click=${() => { this.showsHeadings = headings; this.host.requestUpdate(); }}>${label}</button>`;
  }

  private thumbnails(): TemplateResult {
    const pages = Array.from({ length: this.host.pages }, (_, index) => index + 1);
    return html`<ol class="pv-thumbs">${pages.map((page) => html`
      <li><button type="button" aria-label=${t('Trang {page}', { page })} aria-current=${page === this.host.page ? 'true' : nothing}
        @click=${() => this.turn(page)}><canvas data-page=${page} aria-hidden="true"></canvas><span aria-hidden="true">${page}</span></button></li>`)}</ol>`;
  }

  private headingList(): TemplateResult {
    const here = this.headings.filter(({ page }) => page <= this.host.page).at(-1);
    return html`<ol class="pv-headings">${this.headings.map((heading) => html`
      <li><button type="button" style="--depth: ${heading.depth}" aria-current=${heading === here ? 'true' : nothing} @click=${() => this.turn(heading.page)}>
        <span>${heading.title}</span><span class="pv-heading-page" aria-label=${t('Trang {page}', { page: heading.page })}>${heading.page}</span></button></li>`)}</ol>`;
  }

  private paint(entries: IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLCanvasElement)) continue;
      this.sight.unobserve(target);
      target.dataset.painted = '';
      void this.engine()?.thumbnail(Number(target.dataset.page), target).catch(() => { delete target.dataset.painted; });
    }
  }
}
