/** What was written while the line was away, or is on its way: kept over a reload, sent in order, each once. No DOM. */

import { UserError } from '../lib/http';
import { newKey } from '../lib/uuid';
import type { Keep } from './kept';
import type { Intent } from './signalling';

type Message = Extract<Intent, { type: 'chat.send' }>;

/** One message that the server has not confirmed. Its `key` makes sending it twice harmless. */
export interface Unsent {
  message: Message;
  at: number;
  /** Why the server did not take it; empty: it waits its turn. */
  refused: string;
}

export interface OutboxOptions {
  keep: Keep<Unsent[]>;
  /** Whether there is a line to send over. */
  ready(): boolean;
  /** Rejects with what the server says, or with `line-lost`. */
  send(message: Message): Promise<unknown>;
  onChange(): void;
}

/** As the server's `chat.IN_A_ROW`, and a little. */
const BREATH_MS = 16_000;

export class Outbox {
  private unsent: readonly Unsent[];
  private sending = false;

  constructor(private readonly options: OutboxOptions) {
    this.unsent = options.keep.read() ?? [];
  }

  get entries(): readonly Unsent[] { return this.unsent; }

  /** Puts a message in the queue; it goes when its turn comes and there is a line. */
  write(message: Omit<Message, 'type' | 'key'>): void {
    this.set([...this.unsent, { message: { ...message, type: 'chat.send', key: newKey() }, at: Date.now(), refused: '' }]);
    this.flush();
  }

  /** The person takes a message back. */
  drop(key: string): void {
    this.set(this.unsent.filter(({ message }) => message.key !== key));
  }

  /** Tries one again that was refused. */
  retry(key: string): void {
    this.set(this.unsent.map((entry) => (entry.message.key === key ? { ...entry, refused: '' } : entry)));
    this.flush();
  }

  /** These are in the chat already: an answer that was lost is no reason to send again. */
  arrived(keys: ReadonlySet<string>): void {
    if (this.unsent.some(({ message }) => keys.has(message.key))) this.set(this.unsent.filter(({ message }) => !keys.has(message.key)));
  }

  /** Sends what waits, one after the other. Called when there is a line. */
  flush(): void {
    if (!this.sending) void this.run();
  }

  private async run(): Promise<void> {
    this.sending = true;
    for (let next = this.next(); next; next = this.next()) if (!(await this.deliver(next.message))) break;
    this.sending = false;
  }

  private next(): Unsent | undefined {
    return this.options.ready() ? this.unsent.find(({ refused }) => !refused) : undefined;
  }

  /** False when the line broke. A message that the server does not take stays, with its reason, and lets the next ones pass. */
  private async deliver(message: Message): Promise<boolean> {
    try {
      await this.options.send(message);
      this.drop(message.key);
    } catch (error) {
      if (error instanceof UserError && error.code === 'line-lost') return false;
      if (error instanceof UserError && error.code === 'too-many-messages') {
        setTimeout(() => this.flush(), BREATH_MS); // many were written without a line
        return false;
      }
      this.refuse(message.key, error instanceof UserError ? error.message : String(error));
    }
    return true;
  }

  private refuse(key: string, why: string): void {
    this.set(this.unsent.map((entry) => (entry.message.key === key ? { ...entry, refused: why } : entry)));
  }

  private set(entries: readonly Unsent[]): void {
    this.unsent = entries;
    this.options.keep.write([...entries]);
    this.options.onChange();
  }
}
