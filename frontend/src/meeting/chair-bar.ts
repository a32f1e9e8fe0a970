/** `<eo-chair-bar>`: what only the chair decides. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-chair-bar')
export class ChairBar extends RoomElement {
  static override topics: readonly Topic[] = ['rights', 'queue', 'floor', 'meetingState', 'freeDiscussion', 'rosterVersion'];

  override render(): TemplateResult {
    const { state } = this.room;
    if (!state.rights.chair) return html``;
    return html`
      <div class="chair-bar" role="toolbar" aria-label=${t('Điều hành cuộc họp')}>
        <span class="chair-bar-name">${t('Điều hành')}</span>
        ${state.meetingState === 'invited'
          ? html`<button type="button" class="btn btn-primary" data-tool="open" @click=${() => void this.room.ask({ type: 'meeting.open' })}>
              ${icon('play-circle')} ${t('Khai mạc')}</button>`
          : this.session()}
      </div>`;
  }

  private session(): TemplateResult {
    const { state } = this.room;
    const [next] = state.queue;
    const name = next && state.roster.name(next.site);
    return html`
      <button type="button" class="btn btn-primary" data-tool="next" ?disabled=${!next} @click=${() => this.invite(next?.site)}>
        ${icon('megaphone')} <span class="clip">${name ? t('Mời phát biểu: {site}', { site: name }) : t('Mời phát biểu (chưa có ai chờ)')}</span></button>
      ${state.floor ? html`
        <button type="button" class="btn btn-secondary" data-tool="take-back" @click=${() => void this.room.ask({ type: 'floor.end' })}>
          ${icon('mic-mute')} <span class="clip">${t('Thu lời: {site}', { site: state.roster.name(state.floor.site) })}</span></button>` : nothing}
      <button type="button" class="btn btn-secondary" role="switch" aria-checked=${state.freeDiscussion} data-tool="discussion"
        @click=${() => void this.room.ask({ type: 'discussion.set', free: !state.freeDiscussion })}>
        ${icon(state.freeDiscussion ? 'check2-square' : 'square')} ${t('Thảo luận tự do')}</button>
      <button type="button" class="btn btn-outline-danger" data-tool="end" @click=${() => void this.ending()}>
        ${icon('stop-circle')} ${t('Kết thúc cuộc họp')}</button>`;
  }

  private invite(site: number | undefined): void {
    if (site) void this.room.ask({ type: 'floor.grant', site });
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
