/**
 * Papers that will be needed soon, fetched before they are called, so that opening one costs nothing then. In parts,
 * with pauses on a weak line, so that voices go first; and each tab at a moment of its own, so that hundreds do not ask
 * at once. No DOM.
 */

import { fetchPart } from '../documents/parts';
import type { ItemState } from '../generated/protocol';
import { pause } from '../lib/pause';
import type { Lamp } from './roster';

export interface PrefetchOptions {
  items(): readonly ItemState[];
  item(): number | null;
  /** How many sites the meeting has. */
  sites(): number;
  lamp(): Lamp;
  address(version: number): string;
  /** For tests. */
  get?: typeof fetch;
  chance?(): number;
}

const PART_BYTES = 128 * 1024;
const WEAK_PART_BYTES = 32 * 1024;
/** Of a weak line, papers take a third. */
const WEAK_REST = 2;
const GOOD_REST = 0.25;
const PAPER_LIMIT = 40 * 1024 * 1024;
const ALL_LIMIT = 100 * 1024 * 1024;
/** So much later for each site, at most five minutes: 632 sites ask for a paper of 2 MB with 34 Mbit/s in all. */
const APART_MS = 500;
const LONGEST_MS = 300_000;
const FIRST_MS = 2_000;

export class Prefetch {
  private readonly papers = new Map<string, ArrayBuffer>();
  private readonly tried = new Set<string>();
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private wanted = '';
  private running = false;

  constructor(private readonly options: PrefetchOptions) {}

  /** Whether the paper is here, whole. */
  has(address: string): boolean {
    return this.papers.has(address);
  }

  /** A copy of the paper's bytes, if they are here: who takes them may use them up. */
  stored(address: string): ArrayBuffer | undefined {
    const bytes = this.papers.get(address);
    if (!bytes) this.tried.add(address); // whoever asks fetches it now: not twice
    return bytes?.slice(0);
  }

  /** The agenda moved, or changed: look again what will be needed. */
  plan(): void {
    const next = this.next();
    if (next.join() === this.wanted) return;
    this.wanted = next.join();
    for (const address of this.papers.keys()) if (!next.includes(address)) this.papers.delete(address);
    clearTimeout(this.waiting);
    if (next.length) this.waiting = setTimeout(() => void this.run(), this.delay());
  }

  /** Nobody may read it any more. */
  forget(address: string): void {
    this.papers.delete(address);
    this.tried.add(address);
  }

  close(): void {
    clearTimeout(this.waiting);
    this.wanted = '';
    this.papers.clear();
  }

  /** The papers of this item and of the next one that has any, by address. */
  private next(): string[] {
    const { items, item, address } = this.options;
    const ordered = [...items()].sort((one, other) => one.order - other.order);
    const now = ordered.findIndex(({ id }) => id === item());
    const coming = ordered.slice(now + 1).find(({ papers }) => papers.length);
    return [...(ordered[now]?.papers ?? []), ...(coming?.papers ?? [])].map(({ version }) => address(version));
  }

  private delay(): number {
    const span = Math.min(LONGEST_MS, this.options.sites() * APART_MS);
    return FIRST_MS + span * (this.options.chance ?? Math.random)();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let address = this.due(); address; address = this.due()) {
      this.tried.add(address);
      await this.fetch(address).catch(() => undefined); // the paper is fetched again when it is opened
    }
    this.running = false;
  }

  private due(): string | undefined {
    const held = [...this.papers.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    return held > ALL_LIMIT ? undefined : this.next().find((address) => !this.tried.has(address));
  }

  private async fetch(address: string): Promise<void> {
    const parts: ArrayBuffer[] = [];
    let [at, size] = [0, 1];
    while (at < size) {
      const weak = this.options.lamp() !== 'good';
      const began = performance.now();
      const last = at + (weak ? WEAK_PART_BYTES : PART_BYTES) - 1;
      const part = await fetchPart(address, at, last, { begins: at === 0, get: this.options.get ?? fetch });
      if (!part.bytes.byteLength || part.size > PAPER_LIMIT) return;
      parts.push(part.bytes);
      at += part.bytes.byteLength;
      ({ size } = part);
      await pause((performance.now() - began) * (weak ? WEAK_REST : GOOD_REST));
    }
    if (this.next().includes(address)) this.papers.set(address, joined(parts, at));
  }
}

function joined(parts: readonly ArrayBuffer[], size: number): ArrayBuffer {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return whole.buffer;
}
