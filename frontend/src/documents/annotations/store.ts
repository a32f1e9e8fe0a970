/**
 * The reader's own marks of one paper, kept on the server. What the server has not taken lies in this browser, under the
 * person's number, for at most a week (lib/drafts.ts clears it), and is sent again: after a pause, when the network is
 * back, and when the paper is opened again.
 */

import { pageValue } from '../../lib/dom';
import { getJson, postJson, UserError } from '../../lib/http';
import { forget, recallAll, remember } from '../../lib/memory';
import type { Mark } from './mark';

const PAUSE_MS = 600;
const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 30_000;

/** `waiting`: it could not be sent and is tried again; `refused`: the server says why it does not take it. */
export type SaveState = 'saved' | 'saving' | 'waiting' | 'refused';

interface Unsent { at: number; gone: boolean; mark: Mark }

/** Addresses of the site; `{version}` and `{key}` stand for those of a mark. */
export interface Addresses { list: string; keep: string; remove: string }

export class MarkStore {
  readonly marks = new Map<string, Mark>();
  /** Whether the server's marks are here. */
  loaded = false;
  state: SaveState = 'saved';
  /** Why the server does not take the last one. */
  refusal: UserError | undefined;
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
    private readonly fetchAll: (url: string) => Promise<{ annotations: Mark[] }> = getJson,
  ) {}

  /** Fetches them; throws what the fetching throws. What was not sent the last time is there at once, and sent. */
  async load(): Promise<void> {
    for (const kept of recallAll<Unsent>('localStorage', this.prefix)) this.unsent.set(kept.mark.key, kept);
    this.applyUnsent();
    if (this.unsent.size) this.sendIn(0);
    const { annotations } = await this.fetchAll(this.addresses.list);
    for (const mark of annotations) if (!this.touched.has(mark.key)) this.marks.set(mark.key, mark);
    this.applyUnsent();
    this.loaded = true;
    this.changed();
  }

  /** Makes or changes a mark; sent after a pause in typing. */
  put(mark: Mark): void {
    this.marks.set(mark.key, mark);
    this.queue({ at: Date.now(), gone: false, mark });
    this.sendIn(PAUSE_MS);
  }

  /** Deletes a mark; `put` brings it back. */
  remove(mark: Mark): void {
    this.marks.delete(mark.key);
    this.queue({ at: Date.now(), gone: true, mark });
    this.sendIn(0);
  }

  /** Sends now what is to be sent: the network is back, or the page is left. */
  flush(): void {
    if (this.unsent.size) this.sendIn(0);
  }

  private get prefix(): string {
    return `draft:${pageValue('user')}:annotation:${this.paper}:`;
  }

  private queue(change: Unsent): void {
    this.touched.add(change.mark.key);
    this.unsent.set(change.mark.key, change);
    remember('localStorage', this.prefix + change.mark.key, change);
    if (this.state !== 'waiting') this.state = 'saving';
    this.changed();
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
    try {
      await this.post(url, gone ? undefined : bodyOf(mark));
    } catch (error) {
      const mayPass = !(error instanceof UserError) || error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
      if (mayPass) this.failures += 1;
      else this.refuse(change, error);
      return !mayPass;
    }
    this.failures = 0;
    if (this.unsent.get(mark.key) === change) this.forget(mark.key);
    return true;
  }

  private refuse(change: Unsent, error: UserError): void {
    for (const old of this.refused) if (old.mark.key === change.mark.key) this.refused.delete(old);
    this.refused.add(change);
    this.refusal = error;
  }

  private forget(key: string): void {
    this.unsent.delete(key);
    for (const old of this.refused) if (old.mark.key === key) this.refused.delete(old);
    forget('localStorage', this.prefix + key);
  }
}

function bodyOf({ kind, colour, page, rectangles, quote, prefix, suffix, text }: Mark): object {
  return { kind, colour, page, rectangles, quote, prefix, suffix, text };
}
