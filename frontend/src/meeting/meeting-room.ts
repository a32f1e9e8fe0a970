/** `<eo-meeting-room>`: the page itself. Before the room, in it, and after it. */

import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { toast, toastError } from '../lib/toast';
import type { Announcement } from './announce';
import './asked-dialog';
import './captions';
import './chair-bar';
import { readConfig } from './config';
import './attachment-banner';
import './consultation-banner';
import type { DeviceDialog } from './device-dialog';
import './device-dialog';
import './direction-banner';
import './mute-hint';
import { icon } from './element';
import type { LayoutDialog } from './layout-dialog';
import './layout-dialog';
import type { PeopleDialog } from './people-dialog';
import './people-dialog';
import './pre-join';
import './reactions';
import { Room } from './room';
import './room-banners';
import './room-header';
import './room-sound';
import type { ShortcutHelp } from './shortcut-help';
import './shortcut-help';
import { listenForShortcuts } from './shortcuts';
import './side-panel';
import { enterAsSite, siteAsked } from './site-screen';
import './stage';
import './toolbar';
import './waiting';
import './wall-view';

declare global {
  interface Window {
    /** Test settings only: the room, to look into its peer connections. */
    eofficeRoom?: Room;
    /** For windows that this one opened (board-window.ts). */
    eofficeRoomHere?: Room;
  }
}

/** Tool bars and the line for captions leave too little of such a screen. */
const LOW = '(max-height: 53rem)';

@customElement('eo-meeting-room')
export class MeetingRoom extends LitElement {
  @state() private phase: 'before' | 'joining' | 'inside' | 'after' = 'before';
  @state() private said = '';
  private readonly room = new Room(readConfig(), {
    announce: (announcement) => this.announce(announcement),
    complain: (error) => toastError(error),
  });
  private stopListening: (() => void) | undefined;
  private readonly seen = () => this.room.viewing.setAsleep(document.hidden);

  override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    const { room } = this;
    room.topics.on(['line', 'known', 'meetingState'], () => this.follow());
    room.topics.on(['layout', 'line', 'waiting', 'screen', 'consulting', 'direction', 'attachments', 'document'], () => this.requestUpdate());
    room.topics.on(['choices'], () => this.label());
    document.addEventListener('visibilitychange', this.seen);
    this.stopListening = listenForShortcuts(room, {
      help: () => this.help(),
      toolbar: () => this.querySelector<HTMLElement>('eo-toolbar button')?.focus(),
    });
    window.eofficeRoomHere = room;
    if (room.config.simulate) window.eofficeRoom = room;
    if (room.memory.remembered) {
      this.phase = 'joining';
      room.comeBack();
    } else {
      const site = siteAsked(room.config);
      if (site) enterAsSite(room, site.id);
    }
  }

  override disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.seen);
    this.stopListening?.();
    this.room.connection.close();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    switch (this.phase) {
      case 'before': return html`<eo-pre-join .room=${this.room}></eo-pre-join>`;
      case 'joining': return this.room.line === 'waiting' ? html`<eo-waiting .room=${this.room}></eo-waiting>` : html`<div class="room-wait" role="status"><span class="spinner"></span><p>${this.room.line === 'lost' ? t('Chưa kết nối được với máy chủ, đang thử lại…') : t('Đang vào phòng họp…')}</p></div>`;
      case 'inside': return this.inside();
      case 'after': return this.over();
      default: return html``;
    }
  }

  /** Who types captions on a low screen while a paper lies before everybody sees the paper instead of the wall. */
  private get needsRoomForPaper(): boolean {
    return this.room.layout.captioning && this.room.state.document !== null && window.matchMedia(LOW).matches;
  }

  private inside(): TemplateResult {
    const { room } = this;
    const { tab } = room.layout;
    const { kind } = room.screen.arrangement;
    const wallOnly = kind === 'wall';
    return html`
      <div @people=${(event: CustomEvent<number>) => this.people(event.detail)} class="room ${wallOnly ? 'wall-only' : ''} ${tab ? 'panel-open' : ''}">
        <eo-room-header .room=${room}></eo-room-header>
        <div class="room-banners">${room.siteScreen ? html`<eo-site-screen .room=${room}></eo-site-screen>` : nothing}<eo-attachment-banner .room=${room}></eo-attachment-banner><eo-consultation-banner .room=${room}></eo-consultation-banner><eo-direction-banner .room=${room}></eo-direction-banner><eo-room-banners .room=${room}></eo-room-banners><eo-mute-hint .room=${room}></eo-mute-hint><eo-room-sound .room=${room}></eo-room-sound></div>
        <div class="room-main">
          ${wallOnly ? nothing : html`<eo-stage .room=${room}></eo-stage>`}
          <eo-captions .room=${room}></eo-captions>
          ${wallOnly || (kind === 'usual' && !this.needsRoomForPaper) ? html`<eo-wall .room=${room}></eo-wall>` : nothing}
        </div>
        <eo-side-panel class="room-side" .room=${room}></eo-side-panel>
        <div class="room-foot">
          <eo-reactions .room=${room}></eo-reactions>
          <eo-chair-bar .room=${room}></eo-chair-bar>
          <eo-toolbar .room=${room} @help=${() => this.help()} @devices=${() => this.devices()} @arrange=${() => this.querySelector<LayoutDialog>('eo-layout-dialog')?.show()}></eo-toolbar>
        </div>
        <eo-shortcut-help .room=${room}></eo-shortcut-help>
        <eo-device-dialog .room=${room}></eo-device-dialog>
        <eo-layout-dialog .room=${room}></eo-layout-dialog>
        <eo-asked .room=${room}></eo-asked>
        <eo-people-dialog .room=${room}></eo-people-dialog>
        <p class="visually-hidden" aria-live="polite" data-announcer>${this.said}</p>
      </div>`;
  }

  private over(): TemplateResult {
    const { state: room, stopped, config } = this.room;
    const ended = room.meetingState === 'ended' || room.meetingState === 'concluded';
    return html`
      <div class="card room-after">
        <h1 tabindex="-1">${ended ? t('Cuộc họp đã kết thúc') : stopped?.message || t('Quý vị đã rời phòng họp')}</h1>
        <p>${ended ? t('Kết luận và tài liệu có ở trang cuộc họp.') : stopped?.hint || t('Camera và micro của máy này đã tắt.')}</p>
        <div class="button-set">
          <a class="btn btn-primary" href=${config.urls.meeting}>${icon('arrow-left')} ${t('Về trang cuộc họp')}</a>
          ${ended ? nothing : html`<button type="button" class="btn btn-secondary" @click=${() => window.location.reload()}>${icon('arrow-clockwise')} ${t('Vào lại phòng họp')}</button>`}
        </div>
      </div>`;
  }

  private follow(): void {
    const { line, state: room } = this.room;
    if (line === 'stopped' || room.meetingState === 'ended') this.phase = 'after';
    else if (line === 'waiting') this.phase = 'joining'; // also from inside: a confidential item is not for everybody
    else if (room.known) this.phase = 'inside';
    else this.phase = 'joining';
    document.documentElement.classList.toggle('site-mode', this.room.siteScreen && this.phase !== 'after');
    this.darken(this.phase === 'inside' || this.phase === 'joining');
    this.label();
  }

  /** Names under icons: as chosen; by itself on the screen of a site, which many look at from afar. */
  private label(): void {
    document.documentElement.classList.toggle('show-labels', this.room.labels && this.phase === 'inside');
  }

  /** As the server drew the page. */
  private readonly theme = document.documentElement.dataset.theme;

  /** Pictures stand on a dark ground, whatever the person's theme elsewhere. */
  private darken(dark: boolean): void {
    const { dataset } = document.documentElement;
    if (dark) dataset.theme = 'dark';
    else if (this.theme) dataset.theme = this.theme;
    else delete dataset.theme;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has('phase') && this.phase === 'after') this.querySelector<HTMLElement>('h1')?.focus();
    if (changed.has('phase') && this.phase === 'inside') this.querySelector<HTMLElement>('[data-tool="microphone"]')?.focus();
  }

  private help(): void {
    this.querySelector<ShortcutHelp>('eo-shortcut-help')?.show();
  }

  private people(site: number): void {
    void this.querySelector<PeopleDialog>('eo-people-dialog')?.show(site);
  }

  private devices(): void {
    void this.querySelector<DeviceDialog>('eo-device-dialog')?.show();
  }

  private announce({ text, toast: shown }: Announcement): void {
    this.said = text;
    if (shown) toast(text, { seconds: 5 });
  }
}
