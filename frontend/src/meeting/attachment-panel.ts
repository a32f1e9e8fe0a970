/** `<eo-attachment-panel>`: to which meetings mine may be attached, and which agency is asked to attach its own. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import type { AttachmentState } from '../generated/protocol';
import { formatTime, t } from '../lib/i18n';
import { askedByMe, askedOfMe, myGuests, myHost } from './attachment';
import { RoomElement, icon } from './element';
import { fold } from './fold';
import type { Topic } from './room';

/** So many sites are shown at once; the search finds the others. */
const SHOWN = 40;

@customElement('eo-attachment-panel')
export class AttachmentPanel extends RoomElement {
  static override topics: readonly Topic[] = ['attachments', 'hosts', 'rights', 'me', 'meetingState', 'presence'];

  @state() private search = '';
  private wasGuest: boolean | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.room.state.rights.chair) this.look();
  }

  /** The banner says the rest, and on a phone the panel covers it. */
  protected override updated(): void {
    const isGuest = myHost(this.room.state) !== undefined;
    if (isGuest && this.wasGuest === false) this.room.layout.open(undefined);
    this.wasGuest = isGuest;
  }

  override render(): TemplateResult {
    const { state: room } = this.room;
    return html`
      <div class="panel-scroll" tabindex="0" role="region" aria-label=${t('Nối cầu')}>
        ${room.meetingState === 'in_session' ? html`${this.mine()}${this.intoAnother()}${this.intoMine()}` : html`<p class="muted">${t('Nối cầu được khi cuộc họp đã khai mạc.')}</p>`}
      </div>`;
  }

  /** What is attached, or waits for an answer. */
  private mine(): TemplateResult | typeof nothing {
    const { state: room } = this.room;
    const host = myHost(room);
    const rows = [...(host ? [host] : []), ...myGuests(room), ...askedOfMe(room), ...askedByMe(room)];
    return rows.length ? html`<ul class="rows">${rows.map((one) => this.row(one))}</ul>` : nothing;
  }

  private row(one: AttachmentState): TemplateResult {
    const words = one.attached ? t('Đang nối cầu từ {time}', { time: formatTime(new Date(one.at)) }) : t('{name} đề nghị lúc {time}, chờ trả lời', { name: one.by, time: formatTime(new Date(one.at)) });
    const undo = one.attached ? t('Tách cầu') : one.side === one.asked_by ? t('Thôi đề nghị') : t('Từ chối');
    const answers = !one.attached && one.side !== one.asked_by;
    return html`
      <li data-attachment=${one.id}>
        <div class="rows-main"><strong>${one.title || one.agency}</strong><div class="muted">${one.title ? `${one.agency} · ` : ''}${words}</div></div>
        <div class="button-set">
          ${answers ? html`<button type="button" class="btn btn-primary btn-sm" @click=${() => void this.room.ask({ type: 'attachment.accept', attachment: one.id })}>${t('Nối cầu')}</button>` : nothing}
          <button type="button" class="btn btn-secondary btn-sm" data-tool="attachment-end" @click=${() => void this.room.ask({ type: 'attachment.end', attachment: one.id })}>${undo}</button>
        </div>
      </li>`;
  }

  private intoAnother(): TemplateResult | typeof nothing {
    const { rights, hosts, attachments } = this.room.state;
    if (!rights.chair || attachments.length) return nothing;
    return html`
      <section class="queue-part"><h3>${t('Nối cuộc họp này vào cuộc họp khác')}</h3>
        <p class="muted">${t('Cơ quan ta là một điểm cầu ở đó: ở đây thấy và nghe cuộc họp đó, ở đó nghe người có lời ở đây khi được mời phát biểu.')}</p>
        ${hosts.length ? html`<ul class="rows">${hosts.map((host) => html`
          <li><div class="rows-main"><strong>${host.title}</strong><div class="muted">${host.agency}</div></div>
            <button type="button" class="btn btn-primary btn-sm" data-tool="attachment-into" @click=${() => void this.room.ask({ type: 'attachment.ask', site: host.site })}>${icon('link-45deg')} ${t('Xin nối cầu')}</button></li>`)}</ul>`
          : html`<p>${t('Không có cuộc họp nào đang diễn ra mà cơ quan ta được mời.')}</p>`}
        <p><button type="button" class="btn btn-secondary btn-sm" data-tool="attachment-look" @click=${() => this.look()}>${icon('arrow-clockwise')} ${t('Xem lại')}</button></p>
      </section>`;
  }

  private intoMine(): TemplateResult | typeof nothing {
    const { roster, mainSite, attachments } = this.room.state;
    if (myHost(this.room.state)) return nothing;
    const wanted = fold(this.search.trim());
    const taken = new Set(attachments.map(({ site }) => site));
    const open = roster.all().filter(({ id, kind }) => kind === 'branch' && id !== mainSite && !taken.has(id) && roster.matches(id, wanted));
    return html`
      <section class="queue-part"><h3>${t('Mời một cơ quan nối cuộc họp của họ vào đây')}</h3>
        <div class="field"><label for="attachment-search">${t('Điểm cầu của cơ quan')}</label>
          <input id="attachment-search" type="search" autocomplete="off" placeholder=${t('Tìm tên điểm cầu')} @input=${(event: Event) => { this.search = (event.currentTarget as HTMLInputElement).value; }}></div>
        <ul class="rows">${open.slice(0, SHOWN).map(({ id, name }) => html`
          <li><div class="rows-main">${name}</div>
            <button type="button" class="btn btn-secondary btn-sm" data-tool="attachment-invite" data-site=${id} @click=${() => void this.room.ask({ type: 'attachment.invite', site: id })}>${t('Mời nối cầu')}</button></li>`)}</ul>
        ${open.length > SHOWN ? html`<p class="muted">${t('Còn {count} điểm cầu khác: gõ tên để tìm.', { count: open.length - SHOWN })}</p>` : nothing}
      </section>`;
  }

  private look(): void { this.room.connection.tell({ type: 'attachment.search' }); }
}
