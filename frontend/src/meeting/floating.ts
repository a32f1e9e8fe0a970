/** The large picture in a small window above all others (picture in picture), where the browser has such windows. */

import { UserError } from '../lib/http';
import { t } from '../lib/i18n';
import type { Room } from './room';

interface PictureWindows { requestWindow(size: { width: number; height: number }): Promise<Window> }
declare global {
  interface Window { documentPictureInPicture?: PictureWindows }
}

export class Floating {
  /** Something of ours floats now. */
  open = false;
  private readonly video = document.createElement('video');
  private name: HTMLElement | undefined;
  private window: Window | undefined;
  private unfollow: (() => void) | undefined;

  constructor(private readonly room: Room) {
    this.video.muted = true;
    this.video.autoplay = true;
    this.video.playsInline = true;
    this.video.addEventListener('leavepictureinpicture', () => this.closed());
  }

  /** With a window of its own (name and picture), or the bare picture. */
  get possible(): boolean {
    return window.documentPictureInPicture !== undefined || document.pictureInPictureEnabled;
  }

  async toggle(): Promise<void> {
    if (this.open) return this.close();
    this.follow();
    try {
      if (window.documentPictureInPicture) await this.openWindow(window.documentPictureInPicture);
      else await this.openPicture();
    } catch {
      this.room.complain(new UserError('no-floating', t('Trình duyệt không mở được hình nổi.'), t('Chờ hình chính hiện lên rồi bấm lại.')));
      return undefined;
    }
    this.became(true);
    return undefined;
  }

  /** What is large may be another. */
  private follow(): void {
    const { room } = this;
    const { site, slot } = room.screen.arrangement.large;
    const own = room.ownPicture(site);
    const stream = own ? room.local.camera && new MediaStream([room.local.camera]) : room.connection.receive.streams[slot === 'pin' ? room.screen.pinSlot : slot];
    const shown = this.video.srcObject instanceof MediaStream ? this.video.srcObject.getTracks()[0] : undefined;
    if (shown !== stream?.getTracks()[0]) this.video.srcObject = stream ?? null;
    if (this.name) this.name.textContent = room.state.roster.name(site);
  }

  close(): void {
    if (document.pictureInPictureElement === this.video) void document.exitPictureInPicture();
    this.window?.close();
    this.closed();
  }

  private async openWindow(windows: PictureWindows): Promise<void> {
    const floating = await windows.requestWindow({ width: 480, height: 300 });
    this.window = floating;
    const { body, title } = floating.document;
    if (!title) floating.document.title = this.room.state.title;
    this.name = floating.document.createElement('p');
    dress(body, this.video, this.name);
    body.append(this.video, this.name);
    floating.addEventListener('pagehide', () => this.closed());
    this.follow();
    await this.video.play().catch(() => undefined);
  }

  private async openPicture(): Promise<void> {
    await this.video.play();
    await this.video.requestPictureInPicture();
  }

  private closed(): void {
    this.window = undefined;
    this.name = undefined;
    this.video.srcObject = null;
    this.became(false);
  }

  private became(open: boolean): void {
    if (this.open === open) return;
    this.open = open;
    this.unfollow?.();
    this.unfollow = open ? this.room.topics.on(['direction', 'programme', 'presence', 'floor', 'streams', 'screen', 'local', 'mainSite'], () => this.follow()) : undefined;
    this.room.viewing.setFloating(open);
    this.room.topics.emit(['floating']);
  }
}

/** The small window has no style sheet of its own; what our policy lets scripts set is enough. */
function dress(body: HTMLElement, video: HTMLElement, name: HTMLElement): void {
  Object.assign(body.style, { margin: '0', display: 'flex', flexDirection: 'column', height: '100vh', background: '#000', color: '#fff', fontFamily: 'sans-serif' });
  Object.assign(video.style, { flex: '1 1 auto', minHeight: '0', width: '100%', objectFit: 'contain' });
  Object.assign(name.style, { margin: '0', padding: '.3rem .6rem', fontSize: '1rem', fontWeight: '600', textAlign: 'center' });
}
