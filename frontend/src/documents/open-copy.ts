/**
 * `<eo-open-copy paper version href>` above an open paper: says when it is withdrawn, and then takes the copy off the
 * screen, or when a newer version is published. Hears `/ws/papers/<paper>/` (documents/consumers.py).
 */

import { findAll, icon, make } from '../lib/dom';
import { t } from '../lib/i18n';
import { LastingSocket, socketUrl } from '../lib/socket';

export type PaperMessage = { type: 'paper.withdrawn' } | { type: 'version.published'; number: number } | { type: 'comments.changed' };

const SIGNED_OUT = 4401;
/** The paper does not exist for me any more. */
const NOT_FOUND = 4404;

export class EoOpenCopy extends HTMLElement {
  private socket: LastingSocket | undefined;

  connectedCallback(): void {
    this.setAttribute('role', 'status');
    this.socket = new LastingSocket(socketUrl(`/ws/papers/${this.getAttribute('paper') ?? ''}/`), {
      finalCodes: [SIGNED_OUT, NOT_FOUND],
      onMessage: (message) => this.hear(message as PaperMessage),
      onFinal: (code) => { if (code === NOT_FOUND) this.gone(); },
    });
  }

  disconnectedCallback(): void {
    this.socket?.close();
  }

  /** One message of the server. */
  hear(message: PaperMessage): void {
    switch (message.type) {
      case 'paper.withdrawn': this.withdrawn(); break;
      case 'version.published': this.newer(message.number); break;
      case 'comments.changed': window.dispatchEvent(new Event('comments-changed')); break;
      default: {
        const unknown: never = message;
        throw new Error(`Unknown message ${JSON.stringify(unknown)}`);
      }
    }
  }

  private withdrawn(): void {
    takeAway();
    this.show('danger', t('Tài liệu này đã bị thu hồi.'), t('Không dùng bản đã mở, đã tải về hoặc đã in.'));
  }

  private gone(): void {
    takeAway();
    this.show('danger', t('Quý vị không còn xem được tài liệu này.'), t('Không dùng bản đã mở, đã tải về hoặc đã in.'));
  }

  private newer(number: number): void {
    if (number === Number(this.getAttribute('version'))) return;
    const link = make('a', { href: this.getAttribute('href') ?? '' }, t('Mở bản mới'));
    this.show('warning', t('Vừa phát hành bản {number}.', { number }), link);
  }

  private show(tone: string, heading: string, rest: Node | string): void {
    const words = make('p', { class: 'mb-0' }, make('strong', {}, heading), ' ', rest);
    this.replaceChildren(make('div', { class: `alert alert-${tone}`, role: 'alert' }, icon('exclamation-triangle'), ' ', words));
  }
}

/** The copy, and what was marked and said on it, which holds words of it. */
function takeAway(): void {
  for (const copy of findAll(document, 'eo-paper-viewer, eo-annotations, eo-comments', HTMLElement)) copy.remove();
}

customElements.define('eo-open-copy', EoOpenCopy);
