/** What the panel shows of a comment: who said it for which agency, what, the replies, and what became of it. */

import { html, nothing, type TemplateResult } from 'lit';

import { formatDateTime, t } from '../../lib/i18n';
import { symbol } from '../pieces';
import { outcomeName, type Comment, type Draft, type Outcome, type Remark } from './comment';

const LONGEST_TEXT = 5000;
const EXCERPT = 160;

export interface RowActs {
  goTo(comment: Comment): void;
  answer(comment: Comment): void;
  edit(remark: Remark): void;
  remove(remark: Remark): void;
  settle(comment: Comment, outcome: Outcome): void;
  write(draft: Draft): void;
  send(): void;
  drop(): void;
}

/** How things are: whether comments are taken, whether I answer for the paper, what I write. */
export interface Around { open: boolean; handles: boolean; draft: Draft | undefined; sending: boolean; refusal: { message: string; hint: string } | undefined }

/** `page`: where it stands now; undefined: the open version does not have its words, and `address` opens the one it was made on. */
export function commentRow(comment: Comment, page: number | undefined, address: string, current: boolean, around: Around, acts: RowActs): TemplateResult {
  const where = page ? t('Trang {page}', { page }) : t('Bản {number}, trang {page}', { number: comment.number, page: comment.page });
  return html`<li class="comment-row ${current ? 'is-current' : ''}" data-key=${comment.key}>
    ${page ? html`<button type="button" class="annotation-go" @click=${() => acts.goTo(comment)}><span class="annotation-where">${where}</span>${excerpt(comment)}</button>`
      : html`<a href=${address}>${where}</a>${excerpt(comment)}`}
    ${remark(comment, comment.outcome === 'open', around, acts)}
    ${comment.replies.length ? html`<ol class="comment-replies">${comment.replies.map((reply) => html`<li data-key=${reply.key}>${remark(reply, true, around, acts)}</li>`)}</ol>` : nothing}
    ${comment.outcome === 'open' ? nothing : html`<p class="comment-outcome"><span class="chip chip-success">${symbol('check-circle')}${outcomeName(comment.outcome)}</span>
      <span class="muted">${comment.settled_by}, ${formatDateTime(new Date(comment.settled_at))}</span></p>`}
    ${around.draft?.to === comment.key ? commentForm(around.draft, around, acts) : actions(comment, around, acts)}</li>`;
}

/** What is being written. Unlike a private note it is sent by hand, with a button that says to whom. */
export function commentForm(draft: Draft, { sending, refusal }: Around, acts: RowActs): TemplateResult {
  const label = draft.to ? t('Câu trả lời') : t('Nội dung góp ý');
  return html`<form class="comment-form" @submit=${(event: Event) => { event.preventDefault(); acts.send(); }}>
    ${draft.to || draft.edits ? nothing : html`<p class="annotation-where">${draft.quote ? t('Góp ý cho đoạn đã chọn ở trang {page}', { page: draft.page }) : t('Góp ý cho trang {page}', { page: draft.page })}</p>${excerpt(draft)}`}
    <label for="comment-${draft.key}">${label}</label>
    <textarea id="comment-${draft.key}" class="form-control" rows="4" maxlength=${LONGEST_TEXT} required .value=${draft.text}
      @input=${(event: Event) => acts.write({ ...draft, text: (event.target as HTMLTextAreaElement).value })}></textarea>
    <p class="comment-told">${symbol('people')}${t('Mọi người đọc được tài liệu này sẽ thấy, kèm tên và cơ quan của bạn.')}</p>
    ${refusal ? html`<p class="comment-refused" role="alert">${refusal.message} ${refusal.hint}</p>` : nothing}
    <div class="button-set"><button class="btn btn-primary btn-sm" ?disabled=${sending}>${symbol('send')}${sending ? t('Đang gửi…') : t('Gửi cho mọi người')}</button>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.drop()}>${t('Thôi')}</button></div></form>`;
}

function remark(said: Remark, mayChange: boolean, around: Around, acts: RowActs): TemplateResult {
  if (said.deleted) return html`<p class="muted">${t('Người viết đã xóa góp ý này.')}</p>`;
  const editing = around.draft?.edits && around.draft.key === said.key;
  return html`<p class="comment-author"><strong>${said.author}</strong> <span>${said.agency}</span>
      <span class="muted">${formatDateTime(new Date(said.at))}${said.edited ? ` · ${t('đã sửa')}` : ''}</span></p>
    ${editing && around.draft ? commentForm(around.draft, around, acts) : html`<p class="annotation-text">${said.text}</p>
    ${said.mine && mayChange && around.open ? html`<div class="button-set"><button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.edit(said)}>${symbol('pencil')}${t('Sửa')}</button>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.remove(said)}>${symbol('trash')}${t('Xóa')}</button></div>` : nothing}`}`;
}

function actions(comment: Comment, { open, handles }: Around, acts: RowActs): TemplateResult | typeof nothing {
  if (!open && !handles) return nothing;
  const settle = (outcome: Outcome, label: string, name: string) => html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.settle(comment, outcome)}>${symbol(name)}${label}</button>`;
  return html`<div class="button-set comment-acts">
    ${open ? html`<button type="button" class="btn btn-secondary btn-sm" @click=${() => acts.answer(comment)}>${symbol('reply')}${t('Trả lời')}</button>` : nothing}
    ${handles && !comment.deleted ? (comment.outcome === 'open'
      ? html`${settle('taken', t('Tiếp thu'), 'check-lg')}${settle('explained', t('Đã giải trình'), 'chat-dots')}`
      : settle('open', t('Mở lại'), 'arrow-counterclockwise')) : nothing}</div>`;
}

function excerpt({ quote }: { quote: string }): TemplateResult | typeof nothing {
  return quote ? html`<q class="annotation-quote">${quote.length > EXCERPT ? `${quote.slice(0, EXCERPT)}…` : quote}</q>` : nothing;
}
