/** What may be done with a picture: pin it for oneself; who directs looks at it before it goes on air. */

import { html, nothing, type TemplateResult } from 'lit';

import { t } from '../lib/i18n';
import { icon } from './element';
import type { Room } from './room';
import type { Site } from './roster';

/** The buttons on a tile, seen when the pointer or the keyboard is on it. */
export function pictureTools(room: Room, site: Site): TemplateResult {
  const { screen, state } = room;
  const pinned = screen.pinned === site.id;
  return html`<span class="picture-tools">
    <button type="button" class="picture-tool" aria-pressed=${pinned} title=${pinned ? t('Bỏ ghim') : t('Ghim hình lớn, chỉ màn hình này')}
      aria-label=${pinned ? t('Bỏ ghim {site}', { site: site.name }) : t('Ghim {site} cho riêng tôi', { site: site.name })} data-tool="pin"
      @click=${() => screen.pin(pinned ? undefined : site.id)}>${icon(pinned ? 'pin-angle-fill' : 'pin-angle')}</button>
    ${state.rights.direct ? html`<button type="button" class="picture-tool" title=${t('Xem trước, chưa phát cho mọi người')} data-tool="preview-tile"
      aria-label=${t('Xem trước {site}', { site: site.name })} @click=${() => lookFirst(room, site.id)}>${icon('eye')}</button>` : nothing}
  </span>`;
}

/** Shows a site in the director's preview. */
export function lookFirst(room: Room, site: number): void {
  room.screen.look(site);
  room.layout.set({ tab: 'direction' });
}
