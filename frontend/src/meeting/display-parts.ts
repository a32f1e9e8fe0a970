/** What a second screen shows of a meeting, the most important first. Pure. */

import type { DisplayShown } from '../generated/protocol';

export type DisplayPart = 'before' | 'over' | 'item' | 'vote' | 'speaker';

export function displayParts({ meeting_state: meeting, poll, floor }: Pick<DisplayShown, 'meeting_state' | 'poll' | 'floor'>): DisplayPart[] {
  if (meeting === 'ended' || meeting === 'concluded') return ['over'];
  if (meeting === 'invited') return ['before'];
  if (!poll) return ['item', 'speaker'];
  if (poll.state === 'published' && floor) return ['item', 'speaker', 'vote'];
  return ['item', 'vote', 'speaker'];
}
