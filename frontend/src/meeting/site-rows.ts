/** The rows of the site board. */

import { html, nothing, type TemplateResult } from 'lit';

import { t } from '../lib/i18n';
import type { Row } from './board-rows';
import { telUrl, testedWords } from './contacts';
import { icon, lamp } from './element';
import { placeInQueue } from './floor-time';
import type { Room } from './room';
import type { Site } from './roster';

/** Where a row is, whether the keyboard is on it, whether its card is open. */
export interface At { place: number; active: boolean; chosen: boolean }

export function branchRow(room: Room, row: Row, at: At, press: () => void): TemplateResult {
  const branch = room.state.roster.branch(row.id);
  if (!branch) return html``;
  const missing = branch.total - branch.connected;
  return html`
    <div class="board-row board-branch level-${Math.min(row.level, 5)} ${at.active ? 'is-active' : ''}" role="treeitem" id="board-row-${at.place}" data-place=${at.place}
      aria-level=${row.level} aria-posinset=${row.place} aria-setsize=${row.of} aria-expanded=${row.open} aria-selected="false" @click=${press}>
      ${icon(row.open ? 'chevron-down' : 'chevron-right')}
      <span class="board-name">${branch.name}</span>
      ${missing ? html`<span class="board-short">${t('thiếu {count}', { count: missing })}</span>` : nothing}
      <span class="number board-count">${branch.connected}/${branch.total}</span>
    </div>`;
}

export function siteRow(room: Room, row: Row, at: At, withPhone: boolean, press: () => void): TemplateResult {
  const site = room.state.roster.get(row.id);
  if (!site) return html``;
  return html`
    <div class="board-row board-site level-${Math.min(row.level, 5)} ${at.active ? 'is-active' : ''} ${at.chosen ? 'is-chosen' : ''}" role="treeitem"
      id="board-row-${at.place}" data-place=${at.place} data-site=${site.id} aria-level=${row.level} aria-posinset=${row.place} aria-setsize=${row.of}
      aria-selected=${at.chosen} @click=${press}>
      <span class="board-name">${site.name}${site.id === room.mine ? html` <span class="muted">(${t('điểm cầu này')})</span>` : nothing}</span>
      ${mark(room, site.id)}
      <span class="board-facts">${facts(room, site)}${withPhone ? phone(room, site.id) : nothing}</span>
    </div>`;
}

function mark(room: Room, site: number): TemplateResult | typeof nothing {
  const { floor, call } = room.state;
  if (floor?.site === site) return html`<span class="chip chip-success">${icon('megaphone')}${t('Đang phát biểu')}</span>`;
  if (call?.site === site) return html`<span class="chip chip-info">${icon('hourglass-split')}${t('Đang mời')}</span>`;
  const place = placeInQueue(room.state, site);
  return place ? html`<span class="chip chip-warning">${icon('hand-index-thumb')}${t('Chờ thứ {place}', { place })}</span>` : nothing;
}

function facts(room: Room, site: Site): TemplateResult {
  if (!site.connected) return html`${lamp('away')}${tested(room, site)}${seats(site)}`;
  return html`
    ${room.board.seesLines ? lamp(site.lamp) : html`<span class="lamp lamp-good">${icon('check-circle')}<span>${t('Đã vào')}</span></span>`}
    ${device(site.camera, 'camera-video', 'camera-video-off', t('Camera bật'), t('Camera tắt'))}
    ${device(site.microphone, 'mic-fill', 'mic-mute', t('Micro mở'), t('Micro tắt'))}
    ${tested(room, site)}
    ${seats(site)}`;
}

const TESTED = { ready: 'check2-square', problem: 'exclamation-triangle', retest: 'arrow-clockwise', untested: 'ui-checks' } as const;

/** How the line test before the meeting went; of a site that is there only what went wrong. */
function tested(room: Room, site: Site): TemplateResult | typeof nothing {
  const found = room.board.contacts.of(site.id)?.tested;
  if (!found || (site.connected && found.state !== 'problem')) return nothing;
  const words = testedWords(found);
  return html`<span class="board-tested is-${found.state}" title=${words}>${icon(TESTED[found.state])}<span aria-hidden="true">${found.label}</span><span class="visually-hidden">${words}</span></span>`;
}

/** Who is checked in of those who are listed. */
function seats({ named, seated }: Site): TemplateResult | typeof nothing {
  if (!named) return nothing;
  const words = t('Đã điểm danh {seated}/{named} người', { seated, named });
  return html`<span class="board-seats" title=${words}>${icon('people')}<span class="number" aria-hidden="true">${seated}/${named}</span><span class="visually-hidden">${words}</span></span>`;
}

function phone(room: Room, site: number): TemplateResult | typeof nothing {
  const number = room.board.contacts.phone(site);
  if (!number) return nothing;
  return html`<a class="board-phone" href=${telUrl(number)} tabindex="-1" @click=${(event: Event) => event.stopPropagation()}>${icon('telephone')}${number}</a>`;
}

export function device(on: boolean, onIcon: string, offIcon: string, onWords: string, offWords: string): TemplateResult {
  return html`<span class="board-device ${on ? 'is-on' : 'is-off'}" title=${on ? onWords : offWords}>${icon(on ? onIcon : offIcon)}<span class="visually-hidden">${on ? onWords : offWords}</span></span>`;
}
