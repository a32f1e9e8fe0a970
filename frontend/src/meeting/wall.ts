/** Which sites stand on the wall, on which page, and in which slots. Pure. */

export const WALL_SLOTS = ['wall0', 'wall1', 'wall2', 'wall3', 'wall4', 'wall5', 'wall6', 'wall7', 'wall8'] as const;
export type WallSlot = (typeof WALL_SLOTS)[number];

/** Tiles on one page for the width of the wall in pixels: 2 on a phone, 9 at most. */
export function pageSize(width: number): number {
  if (width < 520) return 2;
  if (width < 760) return 3;
  if (width < 1000) return 4;
  if (width < 1280) return 5;
  if (width < 1600) return 6;
  if (width < 2000) return 8;
  return WALL_SLOTS.length;
}

export interface WallPage {
  sites: number[];
  page: number;
  pages: number;
}

/** The sites on page `page` (from 0), counted back into range. */
export function wallPage(present: readonly number[], leftOut: ReadonlySet<number>, size: number, page: number): WallPage {
  const shown = present.filter((site) => !leftOut.has(site));
  const pages = Math.max(1, Math.ceil(shown.length / size));
  const actual = Math.min(Math.max(0, page), pages - 1);
  return { sites: shown.slice(actual * size, (actual + 1) * size), page: actual, pages };
}

/** A slot for each site. A site that had one keeps it, so that nothing is switched without need. */
export function assignSlots(before: ReadonlyMap<number, WallSlot>, sites: readonly number[]): Map<number, WallSlot> {
  const after = new Map<number, WallSlot>();
  for (const site of sites) {
    const slot = before.get(site);
    if (slot) after.set(site, slot);
  }
  const taken = new Set(after.values());
  const free = WALL_SLOTS.filter((slot) => !taken.has(slot));
  for (const site of sites) {
    if (after.has(site)) continue;
    const slot = free.shift();
    if (slot) after.set(site, slot);
  }
  return after;
}

/** Whether two assignments are the same. */
export function sameSlots(a: ReadonlyMap<number, WallSlot>, b: ReadonlyMap<number, WallSlot>): boolean {
  return a.size === b.size && [...a].every(([site, slot]) => b.get(site) === slot);
}
