/** `<eo-line-panel>`: how my line is, in words, measured anew while the panel is open; and what helps. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { LineMeasure, ReceivedPicture, SlotName } from '../generated/protocol';
import { language, t } from '../lib/i18n';
import { LAMPS, RoomElement, icon } from './element';
import { STEPS } from './ladder';
import { STEP_NAMES } from './ladder-words';
import { LineWatch, type LineView, type Size } from './line';
import {
  VERDICTS, WEAK, advice, isWall, megabits, milliseconds, percent, pictureWords, reason, sharpness, verdict, wallWords, type Help, type LineFacts,
} from './line-words';
import type { Topic } from './room';

@customElement('eo-line-panel')
export class LinePanel extends RoomElement {
  static override topics: readonly Topic[] = ['line', 'peer', 'lamp', 'reduced', 'pictures', 'local', 'slots', 'carriesMedia', 'ladder', 'off'];

  @state() private view: LineView | undefined;
  private watch: LineWatch | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch = new LineWatch(this.room.connection, (view) => { this.view = view; });
    this.watch.start();
  }

  override disconnectedCallback(): void {
    this.watch?.stop();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`
      <div class="panel-scroll line-panel" tabindex="0" role="region" aria-label=${t('Đường truyền của máy này')}>
        ${this.judgement()}
        ${this.ladder()}
        <h3>${t('Nhận về máy này')}</h3>
        ${this.received()}
        <h3>${t('Hình đang nhận')}</h3>
        ${this.pictures()}
        ${this.room.state.carriesMedia ? html`<h3>${t('Gửi đi từ máy này')}</h3>${this.sent()}` : nothing}
        ${this.numbers()}
      </div>`;
  }

  private facts(): LineFacts {
    const { line, state: room, pictures, local } = this.room;
    return { line, lamp: room.lamp, reduced: room.reduced, pictures, cameraOn: local.cameraOn, view: this.view };
  }

  private judgement(): TemplateResult {
    const facts = this.facts();
    const step = verdict(facts);
    const { text, helps } = advice(facts);
    return html`
      <div class="line-judgement lamp-${step}" data-verdict=${step}>
        <div role="status"><p class="line-verdict">${icon(LAMPS[step].shape)}<strong>${t('Đường truyền: {verdict}', { verdict: VERDICTS[step]() })}</strong></p>
        <p class="line-advice">${text}</p></div>
        ${helps.length ? html`<p class="button-set">${helps.map((help) => this.help(help))}</p>` : nothing}
      </div>`;
  }

  /** All steps, with the one we stand on. */
  private ladder(): TemplateResult {
    const { step } = this.room.staying;
    return html`
      <h3 id="ladder-title">${t('Nhận hình đến bậc nào')}</h3>
      <p class="muted">${t('Hệ thống tự giảm, tự tăng theo mạng; tiếng nói luôn được giữ trước.')}</p>
      <ol class="ladder" aria-labelledby="ladder-title">${STEPS.map((one) => html`
        <li class=${one === step ? 'is-now' : ''} aria-current=${one === step ? 'step' : nothing}>${STEP_NAMES[one]()}${one === 'phone' && this.room.config.help_phone ? html` <strong>${this.room.config.help_phone}</strong>` : nothing}${one === step ? html` <span class="chip">${t('Lúc này')}</span>` : nothing}</li>`)}</ol>`;
  }

  private help(help: Help): TemplateResult {
    return help === 'sound-only'
      ? html`<button type="button" class="btn btn-primary" @click=${() => this.room.setPictures('none')}>${icon('headphones')} ${t('Chỉ nghe tiếng')}</button>`
      : html`<button type="button" class="btn btn-secondary" @click=${() => void this.room.setCamera(false)}>${icon('camera-video-off')} ${t('Tắt camera của tôi')}</button>`;
  }

  private received(): TemplateResult {
    const received = this.view?.received;
    if (!received) return html`<p class="muted">${t('Chưa có số đo.')}</p>`;
    return html`<dl class="line-facts">
      ${fact(t('Mất gói'), percent(received.loss), t('tốt khi dưới {limit}', { limit: percent(WEAK.loss) }), received.loss >= WEAK.loss)}
      ${fact(t('Độ trễ'), milliseconds(received.rtt_ms), t('tốt khi dưới {limit}', { limit: milliseconds(WEAK.rtt_ms) }), received.rtt_ms >= WEAK.rtt_ms)}
      ${fact(t('Độ dao động'), milliseconds(received.jitter_ms), t('tốt khi dưới {limit}', { limit: milliseconds(WEAK.jitter_ms) }), received.jitter_ms >= WEAK.jitter_ms)}
    </dl>`;
  }

  private pictures(): TemplateResult {
    const node = this.view?.node;
    const pictures = node?.pictures ?? [];
    const wall = pictures.filter(({ slot }) => isWall(slot));
    if (this.room.pictures !== 'all' && !pictures.length) return html`
      <p>${t('Quý vị đang chỉ nghe tiếng, máy này không nhận hình.')}</p>
      <button type="button" class="btn btn-secondary" @click=${() => this.room.setPictures('all')}>${icon('camera-video')} ${t('Xem hình trở lại')}</button>`;
    if (!pictures.length) return html`<p class="muted">${node ? t('Lúc này không có hình nào gửi đến.') : t('Chưa có số đo.')}</p>`;
    return html`<ul class="line-pictures">
      ${pictures.filter(({ slot }) => !isWall(slot)).map((picture) => this.picture(picture))}
      ${wall.length ? html`<li><span>${t('Các điểm cầu')}</span> <strong>${wallWords(wall)}</strong>${this.why(wall.some(({ less }) => less === 'line') ? t('Bớt hình vì mạng yếu, để giữ hình chính và tiếng nói.') : '')}</li>` : nothing}
    </ul>`;
  }

  private picture(picture: ReceivedPicture): TemplateResult {
    const size = this.view?.sizes[picture.slot as SlotName];
    return html`<li data-slot=${picture.slot}><span>${this.name(picture.slot)}</span> <strong>${pictureWords(picture)}</strong>
      ${picture.layer >= 0 && size ? html`<span class="muted number">${sizeWords(size)}</span>` : nothing}${this.why(reason(picture))}</li>`;
  }

  private why(words: string): TemplateResult | typeof nothing {
    return words ? html`<p class="line-why">${words}</p>` : nothing;
  }

  private name(slot: string): string {
    const { state: room } = this.room;
    const site = room.roster.name(room.slots[slot]);
    const names: Record<string, string> = {
      floor: room.floor ? t('Đang phát biểu') : t('Chủ tọa'), chair: t('Chủ tọa'), content: t('Màn hình trình chiếu'),
    };
    return site ? `${names[slot] ?? slot} – ${site}` : names[slot] ?? slot;
  }

  private sent(): TemplateResult {
    const sent = this.view?.sent;
    if (!sent) return html`<p class="muted">${t('Chưa có số đo.')}</p>`;
    const limited = { none: '', other: '', bandwidth: t('Hình bớt nét vì mạng yếu.'), cpu: t('Hình bớt nét vì máy này đang chậm: đóng bớt chương trình khác.') }[sent.limited];
    return html`<dl class="line-facts">
      ${fact(t('Mất gói'), percent(sent.loss), t('tốt khi dưới {limit}', { limit: percent(WEAK.loss) }), sent.loss >= WEAK.loss)}
      <div><dt>${t('Hình của tôi')}</dt><dd><strong>${this.ownPicture(sent.picture)}</strong> ${sent.picture ? html`<span class="muted number">${sizeWords(sent.picture)}</span>` : nothing}</dd></div>
    </dl>${this.why(this.room.local.cameraOn && sent.picture ? limited : '')}`;
  }

  private ownPicture(size: Size | undefined): string {
    if (!this.room.local.cameraOn) return t('camera đang tắt');
    if (!size) return t('tạm nghỉ, lúc này không ai xem');
    const camera = this.room.local.camera?.getSettings().height ?? size.height;
    return sharpness(size.height >= camera ? 2 : size.height * 2 >= camera ? 1 : 0, 3);
  }

  /** For the technician on the telephone. */
  private numbers(): TemplateResult | typeof nothing {
    const { received, sent, node } = this.view ?? {};
    if (!received && !node) return nothing;
    return html`<details class="line-numbers"><summary>${t('Số đo kỹ thuật (đọc khi gọi hỗ trợ)')}</summary>
      <table class="table"><thead><tr><td></td><th scope="col">${t('Máy này đo')}</th><th scope="col">${t('Máy chủ đo')}</th></tr></thead><tbody>
        ${row(t('Mất gói nhận'), received && percent(received.loss), known(node) && percent(node.loss))}
        ${row(t('Độ trễ'), received && milliseconds(received.rtt_ms), known(node) && milliseconds(node.rtt_ms))}
        ${row(t('Độ dao động'), received && milliseconds(received.jitter_ms), known(node) && milliseconds(node.jitter_ms))}
        ${row(t('Đang nhận'), undefined, known(node) && megabits(node.bitrate, language()))}
        ${row(t('Ước tính mạng chịu được'), undefined, node && megabits(node.carries, language()))}
        ${row(t('Mất gói gửi'), sent && percent(sent.loss), node?.sent.length ? percent(Math.max(...node.sent.map(({ loss }) => loss))) : undefined)}
        ${row(t('Đang gửi'), undefined, node && megabits(node.sent.reduce((sum, { bitrate }) => sum + bitrate, 0), language()))}
      </tbody></table></details>`;
  }
}

function known(node: LineMeasure | null | undefined): node is LineMeasure { return node?.known ?? false; }

function fact(name: string, value: string, limit: string, beyond: boolean): TemplateResult {
  return html`<div class=${beyond ? 'is-beyond' : ''}><dt>${name}</dt><dd><strong class="number">${value}</strong> <span class="muted">${limit}</span></dd></div>`;
}

function row(name: string, here: string | undefined, there: string | false | null | undefined): TemplateResult {
  return html`<tr><th scope="row">${name}</th><td class="number">${here ?? '–'}</td><td class="number">${there || '–'}</td></tr>`;
}

function sizeWords({ width, height, frames }: Size): string {
  return t('{width} × {height}, {frames} hình/giây', { width, height, frames });
}
