/**
 * `<eo-offline-shelf>`: what is kept on this machine. `#meeting-7` opens a pack, `#meeting-7/12` its paper 12. Asks the server
 * about it whenever there is a network, and shows what is left.
 */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';

import '../../styles/offline.scss';
import type { Mark } from '../documents/annotations/mark';
import { sendUnsent, unsentOf } from '../documents/annotations/unsent';
import { symbol } from '../documents/pieces';
import { getJson } from '../lib/http';
import { formatDateTime, formatSize, t } from '../lib/i18n';
import { contact } from './contact';
import { putMarks } from './keeping';
import { openCopy, openShelf, stopAt, type OpenCopy, type OpenPack, type Shelf } from './opening';
import type { KeptPaper } from './pack';
import { planRenewals, RENEWED } from './renewing';
import { discarded } from './save-button';
import { tell } from './start';

const WRITE_MS = 400;

@customElement('eo-offline-shelf')
export class EoOfflineShelf extends LitElement {
  @state() private shelf: Shelf | undefined;
  @state() private copy: OpenCopy | undefined;
  @state() private connected = navigator.onLine;
  private place = '';
  private writing: ReturnType<typeof setTimeout> | undefined;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', () => void this.go());
    window.addEventListener('online', () => { this.connected = true; void this.ask(); });
    window.addEventListener(RENEWED, () => void this.look());
    window.addEventListener('offline', () => { this.connected = false; });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) void this.ask(); });
    void this.look().then(() => this.ask());
  }

  /** Shows what can be opened now. */
  private async look(): Promise<void> {
    this.shelf = await openShelf().catch(() => ({ packs: [], locked: 0 }));
    const [first] = this.shelf.packs;
    if (first) document.body.dataset.user = first.row.person; // their unsent notes lie under it
    await this.go();
  }

  private async ask(): Promise<void> {
    if (!navigator.onLine) return;
    const news = await contact(undefined);
    if (news.locked) delete document.body.dataset.user;
    await this.look();
    tell(news);
    void planRenewals();
    await sendUnsent();
  }

  private async go(): Promise<void> {
    const place = decodeURIComponent(window.location.hash.slice(1));
    const [pack, paper] = this.placeOf(place);
    const stays = paper && this.copy?.paper.version === paper.version && place === this.place;
    this.place = place;
    if (!stays) this.copy = pack && paper ? await openCopy(pack.row.person, paper) : undefined;
    this.requestUpdate();
  }

  private placeOf(place: string): [OpenPack | undefined, KeptPaper | undefined] {
    const [name, number] = place.split('/');
    const pack = this.shelf?.packs.find(({ row }) => row.name === name);
    return [pack, pack?.body.papers.find(({ paper }) => String(paper) === number)];
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.shelf) return nothing;
    const [pack, paper] = this.placeOf(this.place);
    if (pack && paper && this.copy) return this.reader(pack, this.copy);
    if (pack) return this.opened(pack, this.place.includes('/'));
    return this.list(this.shelf);
  }

  private list({ packs, locked }: Shelf): TemplateResult {
    return html`<div class="page page-narrow"><header class="page-header"><div><h1>${t('Đã lưu trên máy này')}</h1>
        <p>${this.line()}</p></div></header>
      ${packs.length ? html`<div class="card"><ul class="rows">${packs.map((pack) => this.row(pack))}</ul></div>` : nothing}
      ${locked ? html`<div class="alert alert-warning"><p>${t('Có {count} gói đã lưu đang khóa.', { count: locked })} ${t('Đăng nhập lại để mở.')}</p>
        <a class="btn btn-primary" href="${document.body.dataset.signIn ?? '/'}?next=/offline/">${t('Đăng nhập')}</a></div>` : nothing}
      ${packs.length || locked ? nothing : html`<div class="empty card">${symbol('inbox')}<p><strong>${t('Chưa lưu gì trên máy này.')}</strong></p>
        <p>${t('Khi có mạng, mở trang của cuộc họp và bấm “Lưu để đọc khi mất mạng”.')}</p></div>`}</div>`;
  }

  private line(): TemplateResult {
    return this.connected
      ? html`<span class="chip">${symbol('wifi')}${t('Có mạng')}</span>`
      : html`<span class="chip chip-warning">${symbol('wifi-off')}${t('Không có mạng: đọc và ghi chú trên bản đã lưu')}</span>`;
  }

  private row({ row, body }: OpenPack): TemplateResult {
    return html`<li><div class="rows-main"><a href="#${row.name}">${body.title}</a>
        <div class="muted">${t('Lưu lúc {when} · đọc được đến {until} · {size}', { when: formatDateTime(new Date(row.savedAt)), until: formatDateTime(new Date(row.until)), size: formatSize(row.size) })}</div>
        ${row.stale ? html`<span class="chip chip-warning">${t('Có tài liệu mới hơn bản đã lưu')}</span>` : nothing}</div>
      <div class="rows-side">
        ${this.connected ? html`<a class="btn btn-secondary btn-sm" href=${body.page}>${symbol('arrow-clockwise')}${t('Mở trang để cập nhật')}<span class="visually-hidden">: ${body.title}</span></a>` : nothing}
        <button type="button" class="btn btn-outline-danger btn-sm" @click=${() => this.discard(row)}>${symbol('trash')}${t('Xóa khỏi máy này')}<span class="visually-hidden">: ${body.title}</span></button></div></li>`;
  }

  private async discard(row: OpenPack['row']): Promise<void> {
    if (await discarded(row)) await this.look();
  }

  private opened({ row, body }: OpenPack, sought: boolean): TemplateResult {
    return html`<div class="page page-narrow"><p><a href="#">${symbol('arrow-left')}${t('Đã lưu trên máy này')}</a></p>
      <header class="page-header"><div><h1>${body.title}</h1><p>${this.line()} <span class="muted">${t('Lưu lúc {when}', { when: formatDateTime(new Date(row.savedAt)) })}</span></p></div></header>
      ${sought ? html`<p class="alert alert-warning" role="alert">${t('Tài liệu này không còn trên máy: đã bị thu hồi, đã hết hạn, hoặc chưa lưu xong.')}</p>` : nothing}
      ${body.facts.length ? html`<section class="card"><h2>${t('Thông tin cuộc họp')}</h2><dl class="facts">${body.facts.map(({ name, value }) => html`<dt>${name}</dt><dd class="offline-value">${value}</dd>`)}</dl></section>` : nothing}
      <section class="card"><h2>${body.facts.length ? t('Chương trình họp') : t('Tài liệu')}</h2><ol class="rows offline-sections">${body.sections.map((section) => html`<li><div class="rows-main">
        ${section.title ? html`<h3>${section.title}</h3>` : nothing}${section.note ? html`<div class="muted">${section.note}</div>` : nothing}
        ${section.papers.length ? html`<ul class="papers">${section.papers.map((paper) => this.paper(row, body.papers.find((kept) => kept.paper === paper)))}</ul>` : nothing}</div></li>`)}</ol></section></div>`;
  }

  private paper(row: OpenPack['row'], paper: KeptPaper | undefined): TemplateResult {
    if (!paper) return html`<li class="muted">${symbol('cloud-slash')}${t('Một tài liệu chưa lưu trên máy này')}</li>`;
    const unsent = unsentOf(row.person, paper.paper);
    return html`<li>${symbol('file-earmark-text')}<a href="#${row.name}/${paper.paper}">${paper.title}</a> <span class="muted">${t('{pages} trang · {unit}', { pages: paper.pages, unit: paper.unit })}</span>
      ${unsent ? html`<span class="chip chip-warning">${t('{count} ghi chú chưa gửi', { count: unsent })}</span>` : nothing}</li>`;
  }

  private reader({ row, body }: OpenPack, { id, paper, bytes, marks, page }: OpenCopy): TemplateResult {
    return html`<div class="page page-reader"><header class="reader-head">
        <a class="icon-button" href="#${row.name}" aria-label=${t('Về chương trình đã lưu')} title=${t('Về chương trình đã lưu')}>${symbol('arrow-left')}</a>
        <h1>${paper.title}</h1>
        <button class="btn btn-secondary btn-sm" type="button" data-annotations aria-expanded="false" aria-label=${t('Ghi chú của tôi')} hidden>${symbol('sticky')}<span>${t('Ghi chú của tôi')}</span></button></header>
      <p class="mb-0">${this.line()} <span class="muted">${t('Bản {number}, đọc được đến {when}', { number: paper.number, when: formatDateTime(new Date(Math.min(row.until, Date.parse(paper.until)))) })}</span></p>
      ${keyed(id, html`<div class="reader-body"><eo-paper-viewer src=${paper.copy} version=${paper.version} pages=${paper.pages} page=${page} @page-turned=${(event: CustomEvent<{ page: number }>) => stopAt(id, event.detail.page)} .stored=${() => bytes.slice(0)}></eo-paper-viewer>
        <eo-annotations paper=${paper.paper} version=${paper.version} number=${paper.number} list=${paper.list} keeping=${body.marking.keeping} deleting=${body.marking.deleting} read=${paper.read}
          .fetchAll=${(url: string) => newest(url, marks)} @marks-changed=${(event: CustomEvent<{ marks: Mark[] }>) => this.write(id, event.detail.marks)}></eo-annotations></div>`)}</div>`;
  }

  /** What was written stays readable when the network goes again. */
  private write(id: string, marks: Mark[]): void {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => void putMarks(id, marks), WRITE_MS);
  }
}

/** My marks as the server has them; where it cannot be asked, as they were kept. */
function newest(url: string, kept: Mark[]): Promise<{ annotations: Mark[] }> {
  return getJson<{ annotations: Mark[] }>(url).catch(() => ({ annotations: kept }));
}

declare global {
  interface HTMLElementTagNameMap { 'eo-offline-shelf': EoOfflineShelf }
}
