import { describe, expect, it } from 'vitest';

import type { MyBallot, PollState, ServerMessage } from '../generated/protocol';
import { exampleState } from './example';
import { EMPTY, reduce, type RoomState } from './store';
import { ruleWords } from './vote-words';
import { currentPoll, goingOn, myBallot } from './voting';

const poll = (id: number, state: PollState['state'], change: Partial<PollState> = {}): PollState => ({
  id, item: null, question: `Câu ${id}?`, kind: 'open', with_other: true, may_change: false, threshold: 'majority', base: 'members',
  quorum: 'majority', state, turnout: { members: 4, present: 3, ready: 0, cast: 0 }, quorum_needed: 3, present_at_opening: null, result: null, ...change,
});
const entered = () => reduce(EMPTY, exampleState());
const after = (state: RoomState, ...messages: object[]) =>
  messages.reduce<RoomState>((before, message) => reduce(before, { seq: 9, re: null, ...message } as ServerMessage), state);

describe('votes of the room', () => {
  it('shows the question that is being voted on, else the last one that was', () => {
    const two = after(entered(), { type: 'poll.published', poll: poll(1, 'published') }, { type: 'poll.readied', poll: poll(2, 'ready') });
    expect(currentPoll(two.voting)?.id).toBe(2);
    expect(goingOn(currentPoll(two.voting))).toBe(true);
    const over = after(two, { type: 'poll.annulled', poll: 2, reason: '' });
    expect(currentPoll(over.voting)?.id).toBe(1);
    expect(goingOn(currentPoll(over.voting))).toBe(false);
  });

  it('does not show what is only prepared', () => {
    expect(currentPoll(after(entered(), { type: 'poll.prepared', poll: poll(1, 'prepared') }).voting)).toBeUndefined();
  });

  it('counts without forgetting the rest', () => {
    const turnout = { members: 4, present: 4, ready: 2, cast: 2 };
    const counted = after(entered(), { type: 'poll.opened', poll: poll(1, 'open'), at: '' }, { type: 'poll.counted', poll: 1, turnout });
    expect(currentPoll(counted.voting)).toMatchObject({ question: 'Câu 1?', turnout });
  });

  it('knows my ballot; before there is one, whether I have a vote', () => {
    const mine: MyBallot = { poll: 1, entitled: true, ready: true, cast: true, choice: null, text: '' };
    const voted = after(entered(), { type: 'ballot.accepted', ballot: mine }, { type: 'ballot.accepted', ballot: mine });
    expect(voted.voting.ballots).toEqual([mine]);
    expect(myBallot(voted.voting, 2).entitled).toBe(false);
  });

  it('knows from the opening on who is in the list of voters, whatever becomes of their role', () => {
    const rights = (vote: boolean) => ({ type: 'rights.changed', rights: { ...entered().rights, vote } });
    const open = after(entered(), rights(true), { type: 'poll.readied', poll: poll(1, 'ready') }, { type: 'poll.opened', poll: poll(1, 'open'), at: '' }, rights(false));
    expect(myBallot(open.voting, 1).entitled).toBe(true);
    const again = after(open, { type: 'poll.paused', poll: poll(1, 'paused') }, { type: 'poll.opened', poll: poll(1, 'open'), at: '' });
    expect(myBallot(again.voting, 1).entitled).toBe(true);
    const next = after(again, { type: 'poll.opened', poll: poll(2, 'open'), at: '' }, rights(true));
    expect(myBallot(next.voting, 2).entitled).toBe(false);
  });

  it('forgets the ballots of a vote that is called off', () => {
    const mine: MyBallot = { poll: 1, entitled: true, ready: true, cast: true, choice: 'agree', text: '' };
    const off = after(entered(), { type: 'ballot.accepted', ballot: mine }, { type: 'poll.annulled', poll: 1, reason: '' });
    expect(off.voting.ballots).toEqual([]);
  });

  it('follows check-in', () => {
    const here = after(entered(), { type: 'roll_call.opened', by: 'A' }, { type: 'roll_call.marked', present: true },
      { type: 'roll_call.counted', listed: 9, present: 5, members: 4, members_present: 3 });
    expect(here.attendance).toEqual({ open: true, here: true, listed: 9, present: 5, members: 4, members_present: 3 });
  });

  it('says the rule in one sentence', () => {
    expect(ruleWords(poll(1, 'open'))).toBe('Thông qua khi quá nửa tổng số thành viên đồng ý.');
    expect(ruleWords(poll(1, 'open', { threshold: 'all', base: 'cast' }))).toBe('Thông qua khi tất cả đồng ý, tính trên số phiếu đã bỏ.');
  });
});
