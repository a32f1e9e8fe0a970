/** `<eo-direction-banner>`: who has arranged everybody's screen, that my pin waits, that my picture is on air. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { t } from '../lib/i18n';
import { RoomElement, icon } from './element';
import type { Topic } from './room';

@customElement('eo-direction-banner')
export class DirectionBanner extends RoomElement {
  static override topics: readonly Topic[] = ['direction', 'programme', 'screen', 'presence', 'me', 'carriesMedia', 'floor', 'local'];

  override render(): TemplateResult {
    return html`${this.onAir()}${this.yielding()}`;
  }

  private onAir(): TemplateResult | typeof nothing {
    const { room } = this;
    if (room.state.programme !== room.mine || !room.state.carriesMedia || room.state.direction.kind === 'wall') return nothing;
    return html`<div class="banner banner-info" role="status" data-banner="on-air">${icon('broadcast')}
      <p><strong>${t('Hình của quý vị đang lên màn hình chính của mọi người.')}</strong>
        ${room.local.microphoneOn ? t('Micro đang mở.') : t('Micro vẫn tắt.')} ${room.local.cameraOn ? nothing : t('Camera đang tắt nên mọi người chỉ thấy tên.')}</p></div>`;
  }

  private yielding(): TemplateResult | typeof nothing {
    const { waiting } = this.room.screen.arrangement;
    if (waiting === undefined) return nothing;
    const { direction, roster } = this.room.state;
    return html`<div class="banner banner-info" role="status" data-banner="pin-waits">${icon('pin-angle')}
      <p><strong>${t('{name} đang đặt bố cục cho mọi người.', { name: direction.by })}</strong>
        ${t('Hình quý vị ghim ({site}) tạm ẩn và tự trở lại sau đó.', { site: roster.name(waiting) })}</p>
      <button type="button" class="btn btn-secondary btn-sm" @click=${() => this.room.screen.pin(undefined)}>${t('Bỏ ghim')}</button></div>`;
  }
}
