/** Conversations of the chat: which there are for me, what is unread in them, and addresses in a text. Pure. */

import type { ChatEntry, ChatSend, Rights } from '../generated/protocol';
import { t } from '../lib/i18n';

export type Channel = NonNullable<ChatSend['channel']>;
export type Desk = Rights['desks'][number];

/** The most messages that are kept on the page: of the room, and of all other channels together. */
export const CHAT_KEPT = 500;

/** A channel; at a desk where I sit, the channel and who wrote: `secretary:12`. */
export type Conversation = string;

const CHANNELS: readonly Channel[] = ['room', 'agency', 'chair', 'secretary', 'technician'];

/** Channels to write into; in a consultation room, its own in front. */
export function channels(consulting: boolean): readonly Channel[] {
  return consulting ? ['consultation', ...CHANNELS] : CHANNELS;
}

export interface Thread {
  conversation: Conversation;
  asker: number;
  name: string;
  /** The site from which they wrote, as far as it is known. */
  site: string;
  last: ChatEntry;
}

export function channelName(channel: Channel): string {
  switch (channel) {
    case 'room': return t('Cả phòng');
    case 'agency': return t('Cơ quan tôi');
    case 'chair': return t('Bàn chủ tọa');
    case 'secretary': return t('Bàn thư ký');
    case 'technician': return t('Bàn kỹ thuật');
    case 'consultation': return t('Phòng hội ý');
    default: return channel;
  }
}

export function isDesk(channel: Channel): channel is Desk {
  return channel === 'chair' || channel === 'secretary' || channel === 'technician';
}

export function channelOf(conversation: Conversation): Channel {
  return conversation.split(':')[0] as Channel;
}

/** Whom a conversation at my desk is with; null: it is none. */
export function askerOf(conversation: Conversation): number | null {
  const [, asker] = conversation.split(':');
  return asker ? Number(asker) : null;
}

export function conversationOf(entry: ChatEntry, desks: readonly Desk[]): Conversation {
  return isDesk(entry.channel) && desks.includes(entry.channel) ? `${entry.channel}:${entry.asker}` : entry.channel;
}

export function entriesOf(chat: readonly ChatEntry[], conversation: Conversation, desks: readonly Desk[]): ChatEntry[] {
  return chat.filter((entry) => conversationOf(entry, desks) === conversation);
}

/** Who wrote to a desk where I sit, whoever wrote last in front. */
export function threadsAt(desk: Desk, chat: readonly ChatEntry[]): Thread[] {
  const threads = new Map<number, Thread>();
  for (const entry of chat) {
    if (entry.channel !== desk || entry.asker === null) continue;
    const site = entry.sender_id === entry.asker ? entry.site : threads.get(entry.asker)?.site ?? '';
    threads.delete(entry.asker);
    threads.set(entry.asker, { conversation: `${desk}:${entry.asker}`, asker: entry.asker, name: entry.asker_name, site, last: entry });
  }
  return [...threads.values()].reverse();
}

/** How many messages of others are newer than what I have read, by conversation. */
export function unread(chat: readonly ChatEntry[], read: Readonly<Record<Conversation, number>>, me: number, desks: readonly Desk[]): Map<Conversation, number> {
  const counts = new Map<Conversation, number>();
  for (const entry of chat) {
    const conversation = conversationOf(entry, desks);
    if (entry.sender_id === me || entry.removed_by || entry.id <= (read[conversation] ?? 0)) continue;
    counts.set(conversation, (counts.get(conversation) ?? 0) + 1);
  }
  return counts;
}

/** What is unread in a channel, all its conversations together. */
export function unreadIn(channel: Channel, counts: ReadonlyMap<Conversation, number>): number {
  return [...counts].reduce((sum, [conversation, count]) => sum + (channelOf(conversation) === channel ? count : 0), 0);
}

/** `chat` with entries that are new, or not as they were. */
export function withEntries(chat: readonly ChatEntry[], entries: readonly ChatEntry[]): readonly ChatEntry[] {
  const places = new Map(chat.map(({ id }, place) => [id, place]));
  const after = [...chat];
  for (const entry of entries) {
    const place = places.get(entry.id);
    if (place === undefined) after.push(entry);
    else after[place] = entry;
  }
  let ofRoom = after.filter(({ channel }) => channel === 'room').length;
  let others = after.length - ofRoom;
  return after.filter(({ channel }) => (channel === 'room' ? ofRoom-- : others--) <= CHAT_KEPT);
}

/** A text in pieces; the addresses of web pages in it are links that show where they lead. */
export function withLinks(text: string): (string | { href: string })[] {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/).map((piece, place) => (place % 2 ? { href: piece } : piece));
}
