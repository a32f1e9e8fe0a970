/** The comments of one paper, as the server has them, and what is being written here. */

import { pageValue } from '../../lib/dom';
import { getJson, postJson, UserError } from '../../lib/http';
import { forget, recall, remember } from '../../lib/memory';
import { newKey } from '../../lib/uuid';
import type { Mark } from '../annotations/mark';
import type { Comment, Draft, Outcome, Remark, Said } from './comment';

/** Addresses of the site; `{version}` and `{key}` stand for those of a comment. */
export interface Addresses { list: string; say: string; remove: string; restore: string; settle: string }

export class CommentStore {
  comments: readonly Comment[] = [];
  open = false;
  /** I answer for the paper: I say what became of a comment. */
  handles = false;
  loaded = false;
  failed = false;
  sending = false;
  /** Why the last thing was not done. */
  refusal: UserError | undefined;
  draft: Draft | undefined;
  private asked = 0;

  /** `changed` is called whenever there is something else to show. */
  constructor(
    paper: number, private readonly addresses: Addresses, private readonly changed: () => void,
    private readonly post: (url: string, body?: unknown) => Promise<unknown> = postJson, private readonly get: (url: string) => Promise<Said> = getJson,
  ) {
    this.place = `draft:${pageValue('user')}:comment:${paper}`;
    this.draft = recall<Draft>('localStorage', this.place);
  }

  private readonly place: string;

  async load(): Promise<void> {
    const asked = ++this.asked;
    try {
      const said = await this.get(this.addresses.list);
      if (asked !== this.asked) return;
      Object.assign(this, { comments: said.comments, open: said.open, handles: said.handles, loaded: true, failed: false });
    } catch {
      this.failed = true;
    }
    this.changed();
  }

  /** Begins a comment where `mark` stands. */
  begin({ version, page, rectangles, quote, prefix, suffix }: Pick<Mark, 'version' | 'page' | 'rectangles' | 'quote' | 'prefix' | 'suffix'>): void {
    this.write({ key: newKey(), to: null, edits: false, version, page, rectangles, quote, prefix, suffix, text: this.draft && !this.draft.edits && !this.draft.to ? this.draft.text : '', at: 0 });
  }

  answer({ key, version, page }: Comment): void {
    this.write({ ...BLANK, key: newKey(), to: key, version, page });
  }

  edit({ key, version, page, text }: Remark): void {
    this.write({ ...BLANK, key, version, page, text, edits: true });
  }

  /** What is written so far; it is still there after a reload. */
  write(draft: Draft): void {
    this.draft = { ...draft, at: Date.now() };
    remember('localStorage', this.place, this.draft);
    this.refusal = undefined;
    this.changed();
  }

  drop(): void {
    this.draft = undefined;
    forget('localStorage', this.place);
    this.changed();
  }

  /** Sends what is written; it stays here until the server has it. True when it has. */
  async send(): Promise<boolean> {
    const { draft } = this;
    if (!draft || this.sending) return false;
    const { to, page, rectangles, quote, prefix, suffix, text } = draft;
    const done = await this.act(this.addresses.say.replace('{version}', String(draft.version)), draft.key, { to, page, rectangles, quote, prefix, suffix, text });
    if (done && this.draft?.key === draft.key) this.drop();
    return done;
  }

  remove({ key }: Remark): Promise<boolean> {
    return this.act(this.addresses.remove, key);
  }

  restore({ key }: Remark): Promise<boolean> {
    return this.act(this.addresses.restore, key);
  }

  settle({ key }: Comment, outcome: Outcome): Promise<boolean> {
    return this.act(this.addresses.settle, key, { outcome });
  }

  private async act(address: string, key: string, body?: object): Promise<boolean> {
    this.sending = true;
    this.refusal = undefined;
    this.changed();
    try {
      await this.post(address.replace('{key}', key), body);
      this.sending = false;
      await this.load();
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.refusal = error;
      return false;
    } finally {
      this.sending = false;
      this.changed();
    }
  }
}

const BLANK = { to: null, edits: false, rectangles: [], quote: '', prefix: '', suffix: '', text: '', at: 0 };
