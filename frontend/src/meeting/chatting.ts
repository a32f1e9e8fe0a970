/** The chat of this tab: which conversation is open, how far each was read, what is half written. No DOM. */

import { recall, remember } from '../lib/memory';
import { conversationOf, unread, type Conversation } from './chat-channels';
import type { RoomState } from './store';

export interface ChattingOptions {
  meeting: number;
  person: number;
  state(): RoomState;
  onChange(): void;
}

export class Chatting {
  open: Conversation = 'room';
  private read: Record<Conversation, number>;
  private readonly drafts: Record<Conversation, string>;
  private readonly readKey: string;
  private readonly draftKey: string;
  /** Nothing was ever read here. */
  private isNew: boolean;

  constructor(private readonly options: ChattingOptions) {
    this.readKey = `eoffice-chat-read-${options.meeting}-${options.person}`;
    this.draftKey = `eoffice-chat-drafts-${options.meeting}-${options.person}`;
    const before = recall<Record<Conversation, number>>('localStorage', this.readKey);
    this.isNew = before === undefined;
    this.read = before ?? {};
    this.drafts = recall<Record<Conversation, string>>('sessionStorage', this.draftKey) ?? {};
  }

  show(conversation: Conversation): void {
    this.open = conversation;
    this.options.onChange();
  }

  /** A full copy of the room came. What was written before the first visit is not news; what is for me alone is. */
  entered(): void {
    const { chat, rights } = this.options.state();
    if (this.isNew) this.keepRead({ room: chat.findLast(({ channel }) => channel === 'room')?.id ?? 0 });
    if (this.open.includes(':') && !(rights.desks as readonly string[]).includes(this.open.split(':')[0] ?? '')) this.show('room');
  }

  /** I went into a consultation room, or came back. */
  moved(inside: boolean): void {
    if (inside) this.show('consultation');
    else if (this.open === 'consultation') this.show('room');
  }

  /** How many messages are unread, by conversation. */
  unread(): Map<Conversation, number> {
    const { chat, me, rights } = this.options.state();
    return unread(chat, this.read, me.person, rights.desks);
  }

  /** The open conversation is on the screen to its end. */
  seen(): void {
    const { chat, rights } = this.options.state();
    const newest = chat.reduce((id, entry) => (conversationOf(entry, rights.desks) === this.open ? Math.max(id, entry.id) : id), 0);
    if (newest <= (this.read[this.open] ?? 0)) return;
    this.keepRead({ [this.open]: newest });
    this.options.onChange();
  }

  private keepRead(read: Record<Conversation, number>): void {
    this.isNew = false;
    this.read = { ...this.read, ...read };
    remember('localStorage', this.readKey, this.read);
  }

  draft(conversation: Conversation = this.open): string { return this.drafts[conversation] ?? ''; }

  keepDraft(text: string, conversation: Conversation = this.open): void {
    if (text) this.drafts[conversation] = text;
    else delete this.drafts[conversation];
    remember('sessionStorage', this.draftKey, this.drafts);
  }
}
