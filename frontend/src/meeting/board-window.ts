/**
 * `<eo-board-window>`: the site board in a second window. It has no line of its own: it shows the room of the window
 * that opened it, so that a second screen is not a second person in the meeting.
 */

import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { icon } from './element';
import type { Room } from './room';
import './site-board';

const LOOK_EVERY_MS = 500;

/** What the room's window shows to windows that it opened. */
export interface RoomWindow extends Window {
  eofficeRoomHere?: Room;
}

@customElement('eo-board-window')
export class BoardWindow extends LitElement {
  @state() private room: Room | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    window.addEventListener('pagehide', this.over);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    window.removeEventListener('pagehide', this.over);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    if (this.room) return html`<eo-site-board .room=${this.room}></eo-site-board>`;
    return html`
      <div class="board-window-note">
        <p>${t('Bảng này hiện những gì cửa sổ phòng họp trên cùng máy đang biết. Mở nó từ phòng họp: khung “Điểm cầu”, nút “Mở cửa sổ riêng”, và để cửa sổ phòng họp mở.')}</p>
        <div class="button-set">
          <a class="btn btn-primary" href=${this.dataset.room ?? ''}>${icon('box-arrow-in-right')} ${t('Vào phòng họp')}</a>
          <a class="btn btn-secondary" href=${this.dataset.missing ?? ''}>${icon('telephone-x')} ${t('Danh sách điểm cầu còn thiếu')}</a>
        </div>
      </div>`;
  }

  /** The room's window may have been loaded anew, or closed. */
  private look(): void {
    const opener = window.opener as RoomWindow | null;
    const here = opener && !opener.closed ? opener.eofficeRoomHere : undefined;
    const room = here?.state.known && here.line !== 'stopped' ? here : undefined;
    if (room !== this.room) {
      this.room = undefined; // elements follow one room for all their life
      void this.updateComplete.then(() => { this.room = room; });
    }
  }

  /** Functions of a window that is gone must not be called. */
  private readonly over = (): void => { this.room = undefined; this.remove(); };
}
