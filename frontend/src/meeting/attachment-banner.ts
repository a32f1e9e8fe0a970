/** `<eo-attachment-banner>`: to which meeting mine is attached, what it does there, and what asks to be attached. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { AttachmentSpeak, AttachmentState, HostShown } from '../generated/protocol';
import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { askedOfMe, isCalled, myGuests, myHost } from './attachment';
import { RoomElement, icon } from './element';
import type { Topic } from './room';
import { chime } from './sounds';

@customElement('eo-attachment-banner')
export class AttachmentBanner extends RoomElement {
  static override topics: readonly Topic[] = ['attachments', 'rights', 'me', 'local', 'rosterVersion'];

  @state() private busy = false;
  private called = false;

  override render(): TemplateResult {
    const { state: room } = this.room;
    const host = myHost(room);
    const decides = room.rights.chair || room.rights.direct;
    return html`${host ? this.guest(host, host.shown) : nothing}${myGuests(room).map((one) => this.host(one, decides))}
      ${decides ? askedOfMe(room).map((one) => this.asked(one)) : nothing}`;
  }

  protected override updated(): void {
    const called = isCalled(this.room.state);
    if (called && !this.called) void chime(this.room.choices.loudspeaker);
    this.called = called;
  }

  private guest(host: AttachmentState, shown: HostShown): TemplateResult {
    const { rights } = this.room.state;
    return html`
      <div class="banner banner-consultation ${shown.floor === 'speaking' ? 'is-recalled' : ''}" role="status" data-banner="attached" data-floor=${shown.floor}>${icon('link-45deg')}
        <p><strong>${t('Đang nối cầu với: {title}', { title: host.title })}</strong>
          ${this.standing(shown)} ${shown.recorded ? html`<strong>${icon('record-circle')} ${t('Cuộc họp đó đang được ghi hình.')}</strong>` : nothing}</p>
        <span class="button-set">${this.unheard(shown)}${rights.chair ? this.speaking(shown) : nothing}
          ${rights.chair || rights.direct ? this.detach(host) : nothing}</span>
      </div>`;
  }

  /** What those there hear of us. */
  private standing(shown: HostShown): string {
    switch (shown.floor) {
      case 'speaking': return t('Cơ quan ta đang phát biểu: cả hai cuộc họp nghe người đang có lời và thấy màn hình trình chiếu ở đây.');
      case 'asked': return t('Cơ quan ta được mời phát biểu ở cuộc họp đó.');
      case 'waiting': return t('Cơ quan ta đã xin phát biểu; ở đó chưa nghe thấy quý vị.');
      default: return t('Quý vị thấy và nghe cuộc họp đó; ở đó không nghe thấy quý vị.');
    }
  }

  /** My tab is what both meetings are to hear. */
  private unheard({ floor, large }: HostShown): TemplateResult | typeof nothing {
    const { room } = this;
    if (floor !== 'speaking' || large !== room.mine || !room.state.carriesMedia || room.local.microphoneOn) return nothing;
    return html`<button type="button" class="btn btn-primary" data-tool="attachment-microphone" @click=${() => void room.setMicrophone(true)}>${icon('mic-fill')} ${t('Mở micro')}</button>`;
  }

  private speaking({ floor }: HostShown): TemplateResult {
    switch (floor) {
      case 'asked': return html`
        ${this.act('accept', t('Nhận lời phát biểu'), 'btn-primary')}${this.act('decline', t('Chưa phát biểu'), 'btn-secondary')}`;
      case 'speaking': return this.act('end', t('Kết thúc phát biểu'), 'btn-primary');
      case 'waiting': return this.act('withdraw', t('Thôi xin phát biểu'), 'btn-secondary');
      default: return this.act('ask', t('Xin phát biểu ở đó'), 'btn-primary');
    }
  }

  private act(act: AttachmentSpeak['act'], words: string, look: string): TemplateResult {
    return html`<button type="button" class="btn ${look}" data-tool="attachment-${act}" ?disabled=${this.busy}
      @click=${() => void this.once(() => this.room.ask({ type: 'attachment.speak', act }))}>${words}</button>`;
  }

  private host(guest: AttachmentState, decides: boolean): TemplateResult {
    const site = this.room.state.roster.name(guest.site);
    return html`
      <div class="banner banner-consultation" role="status" data-banner="attached-guest">${icon('link-45deg')}
        <p><strong>${t('Đang nối cầu với: {title}', { title: guest.title })}</strong> ${t('Hình và tiếng của {site} là của cuộc họp đó.', { site })}</p>
        ${decides ? html`<span class="button-set">${this.detach(guest)}</span>` : nothing}
      </div>`;
  }

  private detach(one: AttachmentState): TemplateResult {
    return html`<button type="button" class="btn btn-secondary" data-tool="attachment-detach" ?disabled=${this.busy}
      @click=${() => void this.once(() => this.room.ask({ type: 'attachment.end', attachment: one.id }))}>${icon('box-arrow-left')} ${t('Tách cầu')}</button>`;
  }

  private asked(one: AttachmentState): TemplateResult {
    const words = one.side === 'host'
      ? t('{agency} xin nối cầu cuộc họp “{title}” vào đây.', { agency: one.agency, title: one.title })
      : t('{agency} mời cuộc họp này nối cầu vào “{title}”.', { agency: one.agency, title: one.title });
    return html`
      <div class="banner banner-consultation" role="status" data-banner="attachment-asked">${icon('link-45deg')}
        <p><strong>${words}</strong> ${t('{name} đề nghị.', { name: one.by })}</p>
        <span class="button-set">
          <button type="button" class="btn btn-primary" data-tool="attachment-yes" ?disabled=${this.busy} @click=${() => void this.once(() => this.accept(one))}>${t('Nối cầu')}</button>
          <button type="button" class="btn btn-secondary" data-tool="attachment-no" ?disabled=${this.busy}
            @click=${() => void this.once(() => this.room.ask({ type: 'attachment.end', attachment: one.id }))}>${t('Từ chối')}</button>
        </span>
      </div>`;
  }

  /** From then on others see and hear who has the floor here. */
  private async accept(one: AttachmentState): Promise<void> {
    const yes = one.side === 'host' || await confirmed({
      question: t('Nối cầu vào “{title}”?', { title: one.title }),
      detail: t('Mọi người ở đây thấy và nghe cuộc họp đó. Ở đó chỉ nghe thấy quý vị khi cơ quan ta được mời phát biểu.'),
      action: t('Nối cầu'), harm: false,
    });
    if (yes) await this.room.ask({ type: 'attachment.accept', attachment: one.id });
  }

  private async once(act: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    await act();
    this.busy = false;
  }
}
