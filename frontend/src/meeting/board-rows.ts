/** The site board as rows: which branches and sites are listed, and which of them are on screen. Pure. */

import type { Branch, Roster, Site } from './roster';

export type Show = 'all' | 'missing' | 'weak' | 'asking';

export interface Row {
  kind: 'branch' | 'site';
  id: number;
  /** From 1. */
  level: number;
  /** Place among its brothers from 1, and how many they are. */
  place: number;
  of: number;
  /** Of a branch: its rows follow. */
  open: boolean;
}

export interface Choice {
  /** What was typed, folded. */
  words: string;
  show: Show;
  /** Branches that the person closed. */
  closed: ReadonlySet<number>;
  /** Sites that ask to speak. */
  asking: ReadonlySet<number>;
}

/** Whether one site is listed. */
export function listed(site: Site, roster: Roster, { words, show, asking }: Choice): boolean {
  return wanted(site, show, asking) && roster.matches(site.id, words);
}

function wanted(site: Site, show: Show, asking: ReadonlySet<number>): boolean {
  switch (show) {
    case 'missing': return !site.connected;
    case 'weak': return site.connected && (site.lamp === 'weak' || site.lamp === 'bad');
    case 'asking': return asking.has(site.id);
    default: return true;
  }
}

/** The rows from the top; branches without a listed site are left out, and all are open while something is looked for. */
export function boardRows(roster: Roster, choice: Choice): Row[] {
  const looking = choice.words !== '' || choice.show !== 'all';
  const rows: Row[] = [];
  addBranches(filled(roster.roots, roster, choice), 1, 0);
  return rows;

  function addBranches(branches: Filled[], level: number, before: number): void {
    branches.forEach(({ branch, sites, below }, index) => {
      const open = looking || !choice.closed.has(branch.id);
      rows.push({ kind: 'branch', id: branch.id, level, place: before + index + 1, of: before + branches.length, open });
      if (!open) return;
      const of = sites.length + below.length;
      sites.forEach((id, place) => rows.push({ kind: 'site', id, level: level + 1, place: place + 1, of, open: false }));
      addBranches(below, level + 1, sites.length);
    });
  }
}

interface Filled { branch: Branch; sites: number[]; below: Filled[] }

function filled(branches: readonly Branch[], roster: Roster, choice: Choice): Filled[] {
  return branches.map((branch) => ({
    branch,
    sites: branch.sites.filter((id) => {
      const site = roster.get(id);
      return site !== undefined && listed(site, roster, choice);
    }),
    below: filled(branch.below, roster, choice),
  })).filter(({ sites, below }) => sites.length > 0 || below.length > 0);
}

/** The rows to make for what is scrolled into sight: from `first`, `count` of them, a few more on both sides. */
export function visibleRows(scrollTop: number, height: number, rowHeight: number, total: number): { first: number; count: number } {
  const more = 4;
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), total) - more);
  const last = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + more);
  return { first, count: Math.max(0, last - first) };
}

/** Where a key moves the cursor; undefined: not a key of the tree. */
export function moved(rows: readonly Row[], cursor: number, key: string, page: number): number | undefined {
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown': return Math.min(last, cursor + 1);
    case 'ArrowUp': return Math.max(0, cursor - 1);
    case 'PageDown': return Math.min(last, cursor + page);
    case 'PageUp': return Math.max(0, cursor - page);
    case 'Home': return 0;
    case 'End': return last;
    default: return undefined;
  }
}

/** The row of the branch over the row at `cursor`. */
export function parentRow(rows: readonly Row[], cursor: number): number {
  const level = rows[cursor]?.level ?? 1;
  for (let place = cursor - 1; place >= 0; place -= 1) if ((rows[place]?.level ?? 0) < level) return place;
  return cursor;
}
