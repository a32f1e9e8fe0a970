/**
 * `<eo-offline-save pack="meeting-7" address="/meetings/7/offline/">`: keeps a meeting's papers, or one paper, on this machine
 * to be read without network; says since when and until when, and takes them off again. With `compact` only a button.
 * Nothing where the browser cannot keep anything.
 */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

import { symbol } from '../documents/pieces';
import { confirmed } from '../lib/confirm';
import { pageValue } from '../lib/dom';
import { UserError } from '../lib/http';
import { formatDateTime, formatSize, t } from '../lib/i18n';
import { contact } from './contact';
import { discard, keep, noRoom, offered, SHELF } from './keeping';
import { sizeOf } from './pack';
import { planRenewals, RENEWED } from './renewing';
import { tell } from './start';
import { canKeep, get, packId, type PackRow } from './vault';

@customElement('eo-offline-save')
export class EoOfflineSave extends LitElement {
  @property() pack = '';
  @property() address = '';
  @property({ type: Boolean }) compact = false;

  @state() private row: PackRow | undefined;
  @state() private percent: number | undefined;
  @state() private failure: UserError | undefined;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!canKeep()) return;
    window.addEventListener(RENEWED, this.renewed);
    void this.look();
  }

  override disconnectedCallback(): void {
    window.removeEventListener(RENEWED, this.renewed);
    super.disconnectedCallback();
  }

  private readonly renewed = (): void => void this.read();

  /** What is kept, at once, and again when the server has said how it is. */
  private async look(): Promise<void> {
    await this.read();
    if (!this.row) return;
    tell(await contact(pageValue('user')));
    await planRenewals();
    await this.read();
  }

  private async read(): Promise<void> {
    const row = await get('packs', packId(pageValue('user'), this.pack)).catch(() => undefined);
    this.row = row && row.until > Date.now() ? row : undefined;
  }

  override render(): TemplateResult | typeof nothing {
    if (!canKeep()) return nothing;
    if (this.compact) return html`${this.percent === undefined ? this.small() : this.progress()}${this.refusal()}`;
    return html`<section class="card offline-card" aria-labelledby="offline-heading"><h2 id="offline-heading">${t('Đọc khi mất mạng')}</h2>
      ${this.percent === undefined ? (this.row ? this.kept(this.row) : this.invitation()) : this.progress()}${this.refusal()}</section>`;
  }

  private invitation(): TemplateResult {
    return html`<p class="muted">${t('Lưu chương trình và tài liệu trên máy này để đọc và ghi chú khi không có mạng.')}</p>
      <button type="button" class="btn btn-secondary" @click=${() => this.save(true)}>${symbol('download')}${t('Lưu để đọc khi mất mạng')}</button>`;
  }

  private small(): TemplateResult {
    return this.row
      ? html`<a class="btn btn-secondary btn-sm" href="${SHELF}#${this.pack}" aria-label=${t('Mở bản đã lưu')}>${symbol('check-circle')}<span>${t('Mở bản đã lưu')}</span></a>`
      : html`<button type="button" class="btn btn-secondary btn-sm" aria-label=${t('Lưu để đọc khi mất mạng')} @click=${() => this.save(true)}>${symbol('cloud-slash')}<span>${t('Lưu để đọc khi mất mạng')}</span></button>`;
  }

  private kept(row: PackRow): TemplateResult {
    return html`<p>${symbol('check-circle')} ${t('Đã lưu trên máy này lúc {when} ({size}).', { when: formatDateTime(new Date(row.savedAt)), size: formatSize(row.size) })}
        ${t('Đọc được đến {when}.', { when: formatDateTime(new Date(row.until)) })}</p>
      ${row.stale ? html`<p class="chip chip-warning">${t('Có tài liệu mới hơn bản đã lưu')}</p><p class="muted">${t('Máy này tự cập nhật trong ít phút, khi trang của hệ thống còn mở.')}</p>` : nothing}
      <p class="muted">${t('Khi mất mạng, mở trang nào của hệ thống cũng được đưa đến bản đã lưu, ở địa chỉ {address}.', { address: `${window.location.host}${SHELF}` })}</p>
      <div class="button-set"><a class="btn btn-primary" href="${SHELF}#${this.pack}">${symbol('journal-text')}${t('Mở bản đã lưu')}</a>
        <button type="button" class="btn btn-secondary" @click=${() => this.save(false)}>${symbol('arrow-clockwise')}${t('Cập nhật')}</button>
        <button type="button" class="btn btn-outline-danger" @click=${() => this.discard(row)}>${symbol('trash')}${t('Xóa khỏi máy này')}</button></div>`;
  }

  private progress(): TemplateResult {
    const percent = this.percent ?? 0;
    return html`<p role="status">${t('Đang lưu: {percent} %', { percent })}</p><progress max="100" .value=${percent} aria-label=${t('Đang lưu trên máy này')}></progress>`;
  }

  private refusal(): TemplateResult | typeof nothing {
    return this.failure ? html`<p class="alert alert-danger" role="alert"><strong>${this.failure.message}</strong> ${this.failure.hint}</p>` : nothing;
  }

  /** `ask`: say first how much it is. */
  private async save(ask: boolean): Promise<void> {
    this.failure = undefined;
    try {
      const pack = await offered(this.address);
      if (ask && !(await confirmed(question(pack.papers, pack.until)))) return;
      this.percent = 0;
      this.row = await keep(pack, (done, all) => { this.percent = all ? Math.floor((done / all) * 100) : 0; });
    } catch (error) {
      this.failure = error instanceof UserError ? error : noRoom();
      await this.read();
    } finally {
      this.percent = undefined;
    }
  }

  private async discard(row: PackRow): Promise<void> {
    if (await discarded(row)) this.row = undefined;
  }
}

/** Asks, and takes the pack off this machine; true when it was. */
export async function discarded(row: PackRow): Promise<boolean> {
  const yes = await confirmed({
    question: t('Xóa bản đã lưu khỏi máy này?'), action: t('Xóa khỏi máy này'),
    detail: t('Tài liệu trên hệ thống và ghi chú của bạn vẫn còn. Khi mất mạng sẽ không đọc được ở máy này.'),
  });
  if (yes) await discard(row);
  return yes;
}

function question(papers: readonly { size: number }[], until: string): { question: string; detail: string; action: string; harm: boolean } {
  return {
    question: papers.length ? t('Lưu {count} tài liệu, khoảng {size}, trên máy này?', { count: papers.length, size: formatSize(sizeOf(papers)) }) : t('Lưu chương trình họp trên máy này? Chưa có tài liệu nào.'),
    detail: t('Đọc được đến {when}, cả khi không có mạng. Mỗi trang có tên người đọc; việc lưu được ghi lại. Chỉ lưu trên máy của cơ quan hoặc của riêng bạn.', { when: formatDateTime(new Date(until)) }),
    action: t('Lưu trên máy này'), harm: false,
  };
}

declare global {
  interface HTMLElementTagNameMap { 'eo-offline-save': EoOfflineSave }
}
