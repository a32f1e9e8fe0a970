/** `<eo-reactions>`: agree or applaud without a word. Numbers only, for a few seconds; nobody's name, nothing that flies about. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { ReactionSend } from '../generated/protocol';
import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';
import type { Reactions } from './store';

type Kind = ReactionSend['kind'];

/** As the server's limit. */
const REST_MS = 2_000;

const KINDS: readonly { kind: Kind; icon: string; label: () => string; counted: (count: number) => string }[] = [
  { kind: 'agree', icon: 'hand-thumbs-up', label: () => t('Tán thành'), counted: (count) => t('{count} người tán thành', { count }) },
  { kind: 'applause', icon: 'stars', label: () => t('Vỗ tay'), counted: (count) => t('{count} người vỗ tay', { count }) },
];

@customElement('eo-reactions')
export class ReactionsBar extends RoomElement {
  static override topics: readonly Topic[] = ['reactions', 'rights', 'layout'];

  @state() private resting = false;

  override render(): TemplateResult {
    const { state: room, layout } = this.room;
    return html`
      ${this.counts(room.reactions)}
      ${layout.reactions && room.rights.chat ? html`
        <div class="reaction-choice" role="group" aria-label=${t('Bày tỏ')}>
          ${KINDS.map(({ kind, icon: name, label }) => html`<button type="button" class="btn btn-secondary" data-reaction=${kind} aria-disabled=${this.resting ? 'true' : nothing}
            @click=${() => void this.send(kind)}>${icon(name)} ${label()}</button>`)}
          <span class="muted">${t('Mọi người chỉ thấy số người bày tỏ. Đây không phải biểu quyết.')}</span>
        </div>` : nothing}`;
  }

  private counts(reactions: Reactions): TemplateResult {
    const shown = KINDS.filter(({ kind }) => reactions[kind]);
    return html`<div class="reaction-counts" role="status" ?hidden=${!shown.length}>${shown.map(({ kind, icon: name, counted }) =>
      html`<span class="reaction-count" data-count=${kind}>${icon(name)} ${counted(reactions[kind] ?? 0)}</span>`)}</div>`;
  }

  private async send(kind: Kind): Promise<void> {
    if (this.resting) return;
    this.resting = true;
    setTimeout(() => { this.resting = false; }, REST_MS);
    await this.room.ask({ type: 'reaction.send', kind });
  }
}
