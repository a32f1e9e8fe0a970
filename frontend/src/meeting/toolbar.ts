/** `<eo-toolbar>`: what I may do, as labelled buttons; below it for the chair what the meeting does. */

import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';

import { confirmed } from '../lib/confirm';
import { t } from '../lib/i18n';
import { canShareScreen } from './devices';
import { RoomElement, icon } from './element';
import { expectedWait, myRequest, placeInQueue, waitWords } from './floor-time';
import type { Topic } from './room';

interface Tool {
  name: string;
  icon: string;
  label: string;
  /** What the button is for, when its label says its state. */
  title?: string;
  act: () => unknown;
  on?: boolean;
  off?: boolean;
  disabled?: boolean;
  danger?: boolean;
}

@customElement('eo-toolbar')
export class Toolbar extends RoomElement {
  static override topics: readonly Topic[] = ['local', 'rights', 'queue', 'item', 'floor', 'turn', 'carriesMedia', 'contentSite', 'me', 'sound', 'choices', 'pictures', 'meetingState', 'layout', 'floating'];

  private readonly fullscreen = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('fullscreenchange', this.fullscreen);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('fullscreenchange', this.fullscreen);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const tools = this.room.state.carriesMedia ? [this.microphone(), this.camera()] : [this.takeMedia(), this.sound()];
    tools.push(...this.share(), ...this.ask(), ...this.react(), this.arrangement(), ...this.float(), this.soundOnly(), this.screen(), this.devices(), this.help(), this.leave());
    return html`<div class="toolbar" role="toolbar" aria-label=${t('Điều khiển của tôi')}>${tools.map((tool) => this.button(tool))}</div>`;
  }

  private button(tool: Tool): TemplateResult {
    const classes = ['tool', tool.on ? 'is-on' : '', tool.off ? 'is-off' : '', tool.danger ? 'is-danger' : ''].join(' ');
    return html`<button type="button" class=${classes} data-tool=${tool.name} title=${tool.title ?? nothing}
      aria-pressed=${tool.on === undefined ? nothing : tool.on} aria-disabled=${tool.disabled ? 'true' : nothing} @click=${tool.act}>
      ${icon(tool.icon)}<span>${tool.label}</span></button>`;
  }

  private microphone(): Tool {
    const { local, state } = this.room;
    const on = local.microphoneOn;
    return {
      name: 'microphone', icon: on ? 'mic-fill' : 'mic-mute-fill', label: on ? t('Micro đang mở') : t('Micro đang tắt'),
      title: t('Bật hoặc tắt micro (phím M)'), on, off: !on, disabled: !on && !state.rights.speak,
      act: () => void this.room.toggleMicrophone(),
    };
  }

  private camera(): Tool {
    const on = this.room.local.cameraOn;
    return {
      name: 'camera', icon: on ? 'camera-video-fill' : 'camera-video-off-fill', label: on ? t('Camera đang bật') : t('Camera đang tắt'),
      title: t('Bật hoặc tắt camera (phím V)'), on, off: !on, act: () => void this.room.setCamera(!on),
    };
  }

  private takeMedia(): Tool {
    return { name: 'take', icon: 'camera-video', label: t('Dùng camera và micro của máy này'), act: () => void this.room.takeMedia() };
  }

  private sound(): Tool {
    const { sound } = this.room;
    return {
      name: 'sound', icon: sound ? 'volume-up' : 'volume-mute', label: sound ? t('Đang phát tiếng') : t('Không phát tiếng'),
      on: sound, off: !sound, act: () => this.room.setSound(!sound),
    };
  }

  private share(): Tool[] {
    const { local, state } = this.room;
    if (!state.rights.present || !state.carriesMedia) return [];
    if (local.sharing) return [{ name: 'share', icon: 'display', label: t('Dừng trình chiếu'), on: true, act: () => void this.room.toggleShare() }];
    const tools: Tool[] = [];
    const { documentCamera } = this.room.choices;
    if (canShareScreen()) tools.push({ name: 'share', icon: 'display', label: t('Trình chiếu màn hình'), on: false, act: () => void this.room.toggleShare() });
    if (documentCamera) {
      tools.push({ name: 'document-camera', icon: 'file-earmark-text', label: t('Trình chiếu máy quay tài liệu'), act: () => void this.room.toggleShare(documentCamera) });
    }
    return tools;
  }

  private ask(): Tool[] {
    const { state } = this.room;
    if (this.room.holding) return [{ name: 'yield', icon: 'check-circle', label: t('Kết thúc phát biểu'), act: () => void this.room.ask({ type: 'floor.end' }) }];
    const place = placeInQueue(state);
    if (!state.rights.ask && !place) return [];
    return [{
      name: 'ask', icon: 'hand-index-thumb', label: this.askLabel(place), on: place > 0,
      title: place ? t('Bấm để rút đăng ký phát biểu (phím R)') : t('Xin phát biểu (phím R)'), act: () => void this.room.toggleAsking(),
    }];
  }

  private askLabel(place: number): string {
    if (!place) return t('Xin phát biểu');
    const { state, speaking } = this.room;
    if (myRequest(state)?.missed) return t('Giữ chỗ thứ {place}: bấm khi sẵn sàng', { place });
    return t('Đang chờ: thứ {place}, {wait}', { place, wait: waitWords(expectedWait(state, speaking.clock.now())) });
  }

  private react(): Tool[] {
    const { state, layout } = this.room;
    if (!state.rights.chat) return [];
    return [{
      name: 'react', icon: 'emoji-smile', label: t('Bày tỏ'), on: layout.reactions, title: t('Tán thành hoặc vỗ tay mà không cần mở micro'),
      act: () => layout.set({ reactions: !layout.reactions }),
    }];
  }

  private arrangement(): Tool {
    return {
      name: 'layout', icon: 'grid', label: t('Bố cục'), title: t('Chọn bố cục màn hình của tôi (phím W: chỉ hình các điểm cầu)'),
      act: () => this.dispatchEvent(new CustomEvent('arrange')),
    };
  }

  /** The large picture in a small window above all others; hidden where the browser cannot. */
  private float(): Tool[] {
    const { floating } = this.room;
    if (!floating.possible) return [];
    return [{
      name: 'float', icon: 'pip', label: t('Hình nổi'), title: t('Hình chính ở một cửa sổ nhỏ nổi trên các cửa sổ khác'), on: floating.open,
      act: () => void floating.toggle(),
    }];
  }

  private soundOnly(): Tool {
    const { pictures } = this.room;
    const on = pictures !== 'all';
    return {
      name: 'sound-only', icon: 'headphones', label: t('Chỉ nghe tiếng'), on,
      title: on ? t('Bấm để xem hình trở lại') : t('Không nhận hình của các điểm cầu; tiếng, tài liệu và trao đổi vẫn dùng được'),
      act: () => this.room.setPictures(on ? 'all' : 'none'),
    };
  }

  private devices(): Tool {
    return { name: 'devices', icon: 'gear', label: t('Thiết bị'), title: t('Chọn camera, micro, loa'), act: () => this.dispatchEvent(new CustomEvent('devices')) };
  }

  private help(): Tool {
    return { name: 'help', icon: 'question-circle', label: t('Phím tắt'), act: () => this.dispatchEvent(new CustomEvent('help')) };
  }

  private screen(): Tool {
    const full = document.fullscreenElement !== null;
    return {
      name: 'fullscreen', icon: full ? 'fullscreen-exit' : 'arrows-fullscreen', label: full ? t('Thu nhỏ') : t('Toàn màn hình'),
      title: t('Toàn màn hình (phím F)'), act: () => void toggleFullscreen(),
    };
  }

  private leave(): Tool {
    return { name: 'leave', icon: 'box-arrow-right', label: t('Rời phòng'), danger: true, act: () => void this.leaving() };
  }

  private async leaving(): Promise<void> {
    const { state, config } = this.room;
    const chairing = state.rights.chair && state.meetingState === 'in_session';
    const yes = await confirmed({
      question: t('Rời phòng họp?'),
      detail: chairing ? t('Cuộc họp vẫn tiếp tục. Muốn kết thúc cho mọi người, bấm “Kết thúc cuộc họp”.') : t('Quý vị có thể vào lại khi cuộc họp chưa kết thúc.'),
      action: t('Rời phòng'),
    });
    if (!yes) return;
    this.room.leave();
    window.location.assign(config.urls.meeting);
  }
}

export async function toggleFullscreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen().catch(() => undefined);
}
