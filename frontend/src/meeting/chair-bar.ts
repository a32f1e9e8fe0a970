/** `<eo-chair-bar>`: what only the chair decides. */

import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import './floor-tools';
import type { Topic } from './room';

@customElement('eo-chair-bar')
export class ChairBar extends RoomElement {
  static override topics: readonly Topic[] = ['rights', 'meetingState', 'freeDiscussion', 'recording', 'presiding', 'rosterVersion', 'layout'];

  override render(): TemplateResult {
    const { state } = this.room;
    if (!state.rights.chair) return this.takeOver();
    return html`
      <div class="chair-bar" role="toolbar" aria-label=${t('Điều hành cuộc họp')}>
        <span class="chair-bar-name">${t('Điều hành')}</span>
        ${state.meetingState === 'invited'
          ? html`<button type="button" class="btn btn-primary" data-tool="open" @click=${() => void this.room.ask({ type: 'meeting.open' })}>
              ${icon('play-circle')} ${t('Khai mạc')}</button>`
          : this.session()}
      </div>`;
  }

  /** Whether who presides is here, a co-chair knows from who is where. */
  protected override updated(): void {
    const { rights } = this.room.state;
    this.room.board.follow(this, rights.role === 'co_chair' && !rights.chair);
  }

  override disconnectedCallback(): void {
    this.room.board.follow(this, false);
    super.disconnectedCallback();
  }

  /** The meeting's chair takes the chair back at any time; a co-chair when whoever presides is not here. */
  private takeOver(): TemplateResult {
    const { rights, presiding, roster } = this.room.state;
    if (rights.role !== 'chair' && (rights.role !== 'co_chair' || roster.hasPerson(presiding.name))) return html``;
    return html`
      <div class="chair-bar" role="toolbar" aria-label=${t('Điều hành cuộc họp')}>
        <span class="chair-bar-name">${t('{name} đang điều hành', { name: presiding.name })}</span>
        <button type="button" class="btn btn-primary" data-tool="take-chair" @click=${() => void this.room.ask({ type: 'chair.take' })}>
          ${icon('arrow-left-right')} ${t('Nhận quyền điều hành')}</button>
      </div>`;
  }

  private session(): TemplateResult {
    const { state } = this.room;
    return html`
      <eo-floor-tools .room=${this.room}></eo-floor-tools>
      <button type="button" class="btn btn-secondary" role="switch" aria-checked=${state.freeDiscussion} data-tool="discussion"
        @click=${() => void this.room.ask({ type: 'discussion.set', free: !state.freeDiscussion })}>
        ${icon(state.freeDiscussion ? 'check2-square' : 'square')} ${t('Thảo luận tự do')}</button>
      ${this.recording()}
      ${this.captions()}
      <button type="button" class="btn btn-outline-danger" data-tool="end" @click=${() => void this.ending()}>
        ${icon('stop-circle')} ${t('Kết thúc cuộc họp')}</button>`;
  }

  private captions(): TemplateResult {
    const { layout } = this.room;
    return html`<button type="button" class="btn btn-secondary" aria-pressed=${layout.captioning} data-tool="captions" title=${t('Gõ lời đang nói thành chữ cho mọi người đọc')}
      @click=${() => layout.set({ captioning: !layout.captioning })}>${icon('badge-cc')} ${t('Viết phụ đề')}</button>`;
  }

  private recording(): TemplateResult {
    const on = this.room.state.recording !== null;
    return html`<button type="button" class="btn btn-secondary" data-tool="record" @click=${() => void (on ? this.stopRecording() : this.startRecording())}>
      ${icon(on ? 'stop-circle' : 'record-circle')} ${on ? t('Dừng ghi hình') : t('Ghi hình')}</button>`;
  }

  private async startRecording(): Promise<void> {
    const yes = await confirmed({
      question: t('Ghi hình cuộc họp?'),
      detail: t('Mọi người được báo ngay và thấy dấu “Đang ghi hình”. Hình điểm cầu phát biểu, màn hình trình chiếu và tiếng nói được lưu trên máy chủ.'),
      action: t('Ghi hình'),
      harm: false,
    });
    if (yes) await this.room.ask({ type: 'recording.start' });
  }

  private async stopRecording(): Promise<void> {
    const yes = await confirmed({
      question: t('Dừng ghi hình?'),
      detail: t('Bản ghi có ở trang cuộc họp sau ít phút.'),
      action: t('Dừng ghi hình'),
      harm: false,
    });
    if (yes) await this.room.ask({ type: 'recording.stop' });
  }

  private async ending(): Promise<void> {
    const yes = await confirmed({
      question: t('Kết thúc cuộc họp cho mọi người?'),
      detail: t('Tất cả các điểm cầu sẽ ngắt hình và tiếng. Không mở lại được.'),
      action: t('Kết thúc cuộc họp'),
    });
    if (yes) await this.room.ask({ type: 'meeting.end' });
  }
}
