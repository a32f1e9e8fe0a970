/** Meetings attached to each other (nối cầu) as this tab knows them: mine as guest, mine as host. Pure. */

import type { AttachmentState, HostShown } from '../generated/protocol';
import type { RoomState } from './store';

type Attachments = Pick<RoomState, 'attachments'>;

/** The attachment of my meeting to its host, while it lasts. */
export function myHost({ attachments }: Attachments): (AttachmentState & { shown: HostShown }) | undefined {
  const mine = attachments.find(({ side, attached }) => side === 'guest' && attached);
  return mine?.shown ? { ...mine, shown: mine.shown } : undefined;
}

/** Meetings that are attached to mine. */
export function myGuests({ attachments }: Attachments): AttachmentState[] {
  return attachments.filter(({ side, attached }) => side === 'host' && attached);
}

/** What my meeting was asked, and has not answered. */
export function askedOfMe({ attachments }: Attachments): AttachmentState[] {
  return attachments.filter(({ side, attached, asked_by }) => !attached && side !== asked_by);
}

/** What my meeting has asked. */
export function askedByMe({ attachments }: Attachments): AttachmentState[] {
  return attachments.filter(({ side, attached, asked_by }) => !attached && side === asked_by);
}

/** Whose screen everybody sees: the host's comes first. */
export function contentSiteOf(state: Pick<RoomState, 'attachments' | 'contentSite'>): number | null {
  return myHost(state)?.shown.content ?? state.contentSite;
}

/** The answer is wanted from those who lead my meeting: its site is asked to speak in the host. */
export function isCalled(state: Pick<RoomState, 'attachments' | 'rights'>): boolean {
  return state.rights.chair && myHost(state)?.shown.floor === 'asked';
}
