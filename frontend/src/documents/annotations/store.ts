/**
 * The reader's own marks of one paper, kept on the server. What the server has not taken lies in this browser, under the
 * person's number, for at most 30 days (lib/drafts.ts clears it), and is sent again: after a pause, when the network is
 * back, when the paper is opened again, and from any other page (unsent.ts).
 */

import { pageValue } from '../../lib/dom';
import { getJson, postJson, UserError } from '../../lib/http';
import { forget, recall, recallAll, remember } from '../../lib/memory';
import type { Mark } from './mark';
import { unsentPrefix } from './unsent';

const PAUSE_MS = 600;
const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 30_000;
/** So much of what was written in a mark is remembered at most. */
const MOST_SEEN = 6;

/** `waiting`: it could not be sent and is tried again; `refused`: the server says why it does not take it. */
export type SaveState = 'saved' | 'saving' | 'waiting' | 'refused';

/** `seen`: what the server is known to have had there, and what was sent since; anything else was written elsewhere. */
interface Unsent { at: number; gone: boolean; mark: Mark; seen?: string[]; to?: Addresses }

/** Both marks, when the server kept what was sent beside what was written elsewhere; the one, when it did not delete it. */
interface Answer { annotations: Mark[] }

/** Addresses of the site; `{version}` and `{key}` stand for those of a mark. */
export interface Addresses { list: string; keep: string; remove: string }

export class MarkStore {
  readonly marks = new Map<string, Mark>();
  /** Whether the server's marks are here. */
  loaded = false;
  state: SaveState = 'saved';
  /** Why the server does not take the last one. */
  refusal: UserError | undefined;
  /** A note that was changed here and elsewhere is there twice now. */
  doubled = false;
  /** What the server is known to have in each mark. */
  private readonly known = new Map<string, string>();
  private readonly unsent = new Map<string, Unsent>();
  private readonly refused = new Set<Unsent>();
  /** Changed on this page: what the server said of them may be older. */
  private readonly touched = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private failures = 0;

  /** `changed` is called whenever there is something else to show. */
  constructor(
    private readonly paper: number, private readonly addresses: Addresses, private readonly changed: () => void,
    private readonly post: (url: string, body?: unknown) => Promise<unknown> = postJson,
    private readonly fetchAll: (url: string) => Promise<Answer> = getJson,
  ) {}

  /** Fetches them; throws what the fetching throws. What was not sent the last time is there at once, and sent. */
  async load(): Promise<void> {
    for (const kept of recallAll<Unsent>('localStorage', this.prefix)) this.unsent.set(kept.mark.key, kept);
    this.applyUnsent();
    if (this.unsent.size) this.sendIn(0);
    const { annotations } = await this.fetchAll(this.addresses.list);
    for (const mark of annotations) if (!this.touched.has(mark.key)) this.learn(mark);
    this.applyUnsent();
    this.loaded = true;
    this.changed();
  }

  /** Makes or changes a mark; sent after a pause in typing. */
  put(mark: Mark): void {
    this.marks.set(mark.key, mark);
    this.queue({ at: Date.now(), gone: false, mark, seen: this.seenOf(mark.key) });
    this.sendIn(PAUSE_MS);
  }

  /** Deletes a mark; `put` brings it back. */
  remove(mark: Mark): void {
    this.marks.delete(mark.key);
    this.queue({ at: Date.now(), gone: true, mark, seen: this.seenOf(mark.key) });
    this.sendIn(0);
  }

  /** Sends now what is to be sent: the network is back, or the page is left. */
  flush(): void {
    if (this.unsent.size) this.sendIn(0);
  }

  private learn(mark: Mark): void {
    this.marks.set(mark.key, mark);
    this.known.set(mark.key, mark.text);
  }

  private seenOf(key: string): string[] {
    const known = this.known.get(key);
    return this.unsent.get(key)?.seen ?? (known === undefined ? [] : [known]);
  }

  private get prefix(): string {
    return unsentPrefix(pageValue('user'), this.paper);
  }

  private queue(change: Unsent): void {
    this.touched.add(change.mark.key);
    this.unsent.set(change.mark.key, change);
    this.write(change);
    if (this.state !== 'waiting') this.state = 'saving';
    this.changed();
  }

  private write(change: Unsent): void {
    remember('localStorage', this.prefix + change.mark.key, { ...change, to: this.addresses } satisfies Unsent);
  }

  private applyUnsent(): void {
    for (const { gone, mark } of this.unsent.values()) {
      if (gone) this.marks.delete(mark.key);
      else this.marks.set(mark.key, mark);
    }
  }

  private sendIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { void this.send(); }, ms);
  }

  /** One after the other, so that the last word of a mark is the last one sent. */
  private async send(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let waiting = false;
    for (let next = this.next(); next && !waiting; next = this.next()) waiting = !(await this.sent(next));
    this.running = false;
    if (waiting) this.sendIn(Math.min(RETRY_MS * 2 ** (this.failures - 1), LONGEST_RETRY_MS));
    this.state = waiting ? 'waiting' : this.refused.size ? 'refused' : 'saved';
    this.changed();
  }

  private next(): Unsent | undefined {
    return [...this.unsent.values()].find((change) => !this.refused.has(change));
  }

  /** False when it must be tried again later. */
  private async sent(change: Unsent): Promise<boolean> {
    const { mark, gone } = change;
    const url = (gone ? this.addresses.remove : this.addresses.keep).replace('{version}', String(mark.version)).replace('{key}', mark.key);
    const seen = change.seen;
    if (seen && !gone) this.remind(change, seen);
    let answer: Answer | undefined;
    try {
      answer = (await this.post(url, gone ? { seen } : { ...bodyOf(mark), seen })) as Answer | undefined;
    } catch (error) {
      const mayPass = !(error instanceof UserError) || error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
      if (mayPass) this.failures += 1;
      else this.refuse(change, error);
      return !mayPass;
    }
    this.failures = 0;
    this.taken(change, answer?.annotations ?? []);
    return true;
  }

  /** The server has it, or keeps it under another key beside what was written elsewhere. */
  private taken(change: Unsent, kept: readonly Mark[]): void {
    const { key, text } = change.mark;
    const later = this.unsent.get(key);
    if (later === change) this.forget(key, change.at);
    if (!kept.length) {
      if (!change.gone) this.known.set(key, text);
      if (later && later !== change) later.seen = [text];
      return;
    }
    this.doubled = true;
    for (const mark of kept) this.learn(mark);
    const aside = kept[1];
    if (!later || later === change || !aside) return;
    this.forget(key);
    this.put({ ...later.mark, key: aside.key });
  }

  /** Should the answer be lost, the server has this. */
  private remind(change: Unsent, seen: readonly string[]): void {
    if (seen.includes(change.mark.text)) return;
    change.seen = [...seen.slice(0, 1), ...seen.slice(1).slice(2 - MOST_SEEN), change.mark.text];
    if (this.unsent.get(change.mark.key) === change) this.write(change);
  }

  private refuse(change: Unsent, error: UserError): void {
    for (const old of this.refused) if (old.mark.key === change.mark.key) this.refused.delete(old);
    this.refused.add(change);
    this.refusal = error;
  }

  /** `at`: another page may have written something later. */
  private forget(key: string, at?: number): void {
    this.unsent.delete(key);
    for (const old of this.refused) if (old.mark.key === key) this.refused.delete(old);
    const stored = recall<Unsent>('localStorage', this.prefix + key);
    if (at === undefined || !stored || stored.at === at) forget('localStorage', this.prefix + key);
  }
}

function bodyOf({ kind, colour, page, rectangles, quote, prefix, suffix, text, strokes }: Mark): object {
  return { kind, colour, page, rectangles, quote, prefix, suffix, text, strokes };
}
