/** Which sites stand on the wall, on which page, and in which slots. Pure. */

import type { SlotName } from '../generated/protocol';

export type WallSlot = Extract<SlotName, `wall${string}`>;

/** The sizes that a wall may be chosen to have. */
export const WALL_SIZES = [4, 9, 16, 25] as const;
export type WallSize = (typeof WALL_SIZES)[number];

/** Tiles beside the stage at most: more pictures than these make old machines slow. The wall alone shows more. */
const BESIDE_THE_STAGE = 5;

/** Tiles on one page for the width of the wall in pixels: 2 on a phone; 9 at most, where nothing else is shown. */
export function pageSize(width: number, alone = false): number {
  return Math.min(room(width), alone ? 9 : BESIDE_THE_STAGE);
}

function room(width: number): number {
  if (width < 520) return 2;
  if (width < 760) return 3;
  if (width < 1000) return 4;
  if (width < 1280) return 5;
  if (width < 1600) return 6;
  if (width < 2000) return 8;
  return 9;
}

/** The page on which the site stands that was first on page `page` of pages of `before`, when a page holds `after`. */
export function samePlace(page: number, before: number, after: number): number {
  return Math.floor((page * before) / after);
}

export interface WallPage {
  sites: number[];
  page: number;
  pages: number;
}

/** `first`, when it is there, before all others. */
export function putFirst(present: readonly number[], first: number | undefined): readonly number[] {
  return first !== undefined && present.includes(first) ? [first, ...present.filter((site) => site !== first)] : present;
}

/** The sites on page `page` (from 0), counted back into range. */
export function wallPage(present: readonly number[], leftOut: ReadonlySet<number>, size: number, page: number): WallPage {
  const shown = present.filter((site) => !leftOut.has(site));
  const pages = Math.max(1, Math.ceil(shown.length / size));
  const actual = Math.min(Math.max(0, page), pages - 1);
  return { sites: shown.slice(actual * size, (actual + 1) * size), page: actual, pages };
}

/** A slot out of `slots` for each site. A site that had one keeps it, so that nothing is switched without need. */
export function assignSlots(before: ReadonlyMap<number, WallSlot>, sites: readonly number[], slots: readonly WallSlot[]): Map<number, WallSlot> {
  const after = new Map<number, WallSlot>();
  for (const site of sites) {
    const slot = before.get(site);
    if (slot && slots.includes(slot)) after.set(site, slot);
  }
  const taken = new Set(after.values());
  const free = slots.filter((slot) => !taken.has(slot));
  for (const site of sites) {
    if (after.has(site)) continue;
    const slot = free.shift();
    if (slot) after.set(site, slot);
  }
  return after;
}

/** The slots of a wall that all share, with the sites that stand in them: those of `sites` that this screen has slots for. */
export function commonSlots(sites: readonly number[], slots: readonly WallSlot[]): Map<number, WallSlot> {
  return new Map(sites.flatMap((site, place): [number, WallSlot][] => {
    const slot = slots.find((name) => name === `wall${place}`);
    return slot ? [[site, slot]] : [];
  }));
}

/** Columns of a wall of `count` tiles on a screen so many pixels wide. */
export function columns(count: number, width: number): number {
  const square = Math.max(1, Math.ceil(Math.sqrt(count)));
  return width < 620 ? Math.min(2, square) : square;
}

/** Whether two assignments are the same. */
export function sameSlots(a: ReadonlyMap<number, WallSlot>, b: ReadonlyMap<number, WallSlot>): boolean {
  return a.size === b.size && [...a].every(([site, slot]) => b.get(site) === slot);
}
