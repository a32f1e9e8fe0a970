/** A pack as documents/offline.py hands it out, and what follows from it. No DOM, no storage. */

import type { Mark } from '../documents/annotations/mark';

export interface PackPaper {
  paper: number;
  version: number;
  number: number;
  title: string;
  unit: string;
  pages: number;
  size: number;
  /** Addresses: the copy's bytes, my marks, the reader's page. */
  copy: string;
  list: string;
  read: string;
  /** Moment (ISO) until which the key may be used. */
  until: string;
  key: string;
  marks: Mark[];
}

export interface Pack {
  person: number;
  name: string;
  title: string;
  address: string;
  page: string;
  facts: { name: string; value: string }[];
  sections: { title: string; note: string; papers: number[] }[];
  papers: PackPaper[];
  marking: { keeping: string; deleting: string };
  until: string;
  key: string;
}

/** What is kept of a paper in a pack; its copy and its marks lie by themselves. */
export type KeptPaper = Omit<PackPaper, 'key' | 'marks'>;

export interface PackBody extends Omit<Pack, 'key' | 'papers'> { papers: KeptPaper[] }

/** What a person may still know of the pack they keep, now that the server says how it is. */
export interface Comparison {
  body: PackBody;
  /** Papers that they may not read any more. */
  gone: KeptPaper[];
  /** There is something newer to take. */
  stale: boolean;
}

export const sizeOf = (papers: readonly { size: number }[]): number => papers.reduce((sum, { size }) => sum + size, 0);

/** The pack without keys, as it is kept when `papers` of it are here. */
export function bodyOf({ key: _key, ...pack }: Pack, papers: readonly KeptPaper[]): PackBody {
  return { ...pack, papers: papers.map(bare) };
}

function bare(paper: KeptPaper): KeptPaper {
  const { key: _key, marks: _marks, ...rest } = paper as PackPaper;
  return rest;
}

/** Agenda and titles are the server's; papers only what is here already and may be read still. */
export function compare(kept: PackBody, offered: Pack): Comparison {
  const now = new Map(offered.papers.map((paper) => [paper.paper, paper]));
  const stay = kept.papers.filter(({ paper }) => now.has(paper));
  const here = new Map(stay.map(({ paper, version }) => [paper, version]));
  return {
    body: bodyOf(offered, stay.map((paper) => (now.get(paper.paper)?.version === paper.version ? now.get(paper.paper) ?? paper : paper))),
    gone: kept.papers.filter(({ paper }) => !now.has(paper)),
    stale: offered.papers.some(({ paper, version }) => here.get(paper) !== version),
  };
}

/** The moment up to which something may be opened has passed. */
export const isOver = (until: number, now: number): boolean => until <= now;
