/** Notes that the server has not got yet, by paper; they are sent from whatever page is open. */

import { pageValue } from '../../lib/dom';
import { recall } from '../../lib/memory';
import type { Addresses } from './store';

/** Where the notes of `person` lie until the server has them; of one paper. */
export const unsentPrefix = (person: string, paper: number | string): string => `draft:${person}:annotation:${paper}:`;

function keysOf(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

export const unsentOf = (person: string, paper: number): number => keysOf(unsentPrefix(person, paper)).length;

/** Papers on which the person of this page has notes to be sent, and where to. */
export function unsentPapers(): Map<number, Addresses> {
  const person = pageValue('user');
  const found = new Map<number, Addresses>();
  if (!person) return found;
  const start = unsentPrefix(person, '').slice(0, -1);
  for (const key of keysOf(start)) {
    const to = recall<{ to?: Addresses }>('localStorage', key)?.to;
    if (to) found.set(Number(key.slice(start.length).split(':')[0]), to);
  }
  return found;
}

/** Sends them, but those of a paper that is open: its own page does that. */
export async function sendUnsent(): Promise<void> {
  const papers = [...unsentPapers()].filter(([paper]) => !document.querySelector(`eo-annotations[paper="${paper}"]`));
  if (!papers.length) return;
  const { MarkStore } = await import('./store');
  for (const [paper, to] of papers) void new MarkStore(paper, to, () => undefined).load().catch(() => undefined);
}

/** Now, and when the network is back. */
export function initUnsent(): void {
  void sendUnsent();
  window.addEventListener('online', () => void sendUnsent());
}
