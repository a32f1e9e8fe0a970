/** The meeting's votes and check-in, computed from the server's messages alone. No DOM, no socket. */

import type { AttendanceState, MyBallot, PollState, ServerMessage, VotingState } from '../generated/protocol';

export type VotingMessage = Extract<ServerMessage, { type: `poll.${string}` | `ballot.${string}` | `roll_call.${string}` }>;

export interface Votes {
  voting: VotingState;
  attendance: AttendanceState;
}

export const NO_VOTES: Votes = {
  voting: { polls: [], ballots: [] },
  attendance: { open: false, listed: 0, present: 0, members: 0, members_present: 0, here: false },
};

export function isVoting(message: ServerMessage): message is VotingMessage {
  return /^(poll|ballot|roll_call)\./.test(message.type);
}

/** Votes and attendance after `message`; `vote`: whether I have a vote in this meeting now. */
export function reduceVotes(votes: Votes, message: VotingMessage, vote: boolean): Votes {
  const { voting, attendance } = votes;
  switch (message.type) {
    case 'poll.readied': case 'poll.opened':
      return { ...votes, voting: { polls: replaced(voting.polls, message.poll), ballots: drawnUp(voting, message.poll.id, vote) } };
    case 'poll.prepared': case 'poll.paused': case 'poll.closed': case 'poll.published':
      return { ...votes, voting: { ...voting, polls: replaced(voting.polls, message.poll) } };
    case 'poll.annulled':
      return {
        ...votes,
        voting: { polls: voting.polls.filter((poll) => poll.id !== message.poll), ballots: voting.ballots.filter((ballot) => ballot.poll !== message.poll) },
      };
    case 'poll.counted':
      return { ...votes, voting: { ...voting, polls: voting.polls.map((poll) => (poll.id === message.poll ? { ...poll, turnout: message.turnout } : poll)) } };
    case 'ballot.accepted':
      return { ...votes, voting: { ...voting, ballots: [...voting.ballots.filter((ballot) => ballot.poll !== message.ballot.poll), message.ballot] } };
    case 'roll_call.opened': return { ...votes, attendance: { ...attendance, open: true } };
    case 'roll_call.closed': return { ...votes, attendance: { ...attendance, open: false } };
    case 'roll_call.marked': return { ...votes, attendance: { ...attendance, here: message.present } };
    case 'roll_call.counted': {
      const { listed, present, members, members_present } = message;
      return { ...votes, attendance: { ...attendance, listed, present, members, members_present } };
    }
    default: return neverHandled(message, votes);
  }
}

function neverHandled(_message: never, votes: Votes): Votes { return votes; }

/** A question keeps its place; a new one comes last, as the server lists them. */
function replaced(polls: readonly PollState[], poll: PollState): PollState[] {
  const others = polls.filter((known) => known.id !== poll.id);
  return [...others, poll].sort((one, two) => one.id - two.id);
}

/** The list of voters is drawn up when a question is put and when the vote is opened, not when it goes on after a pause. */
function drawnUp(voting: VotingState, poll: number, vote: boolean): MyBallot[] {
  const before = myBallot(voting, poll);
  const frozen = voting.polls.some((known) => known.id === poll && ['open', 'paused'].includes(known.state));
  const mine = frozen || before.entitled === vote ? before : { ...nothing(poll), entitled: vote };
  return [...voting.ballots.filter((ballot) => ballot.poll !== poll), mine];
}

const GOING_ON = ['ready', 'open', 'paused'];

/** The question before everybody now: being voted on, or else the last one that was. */
export function currentPoll(voting: VotingState): PollState | undefined {
  const put = voting.polls.filter((poll) => poll.state !== 'prepared');
  return put.find((poll) => GOING_ON.includes(poll.state)) ?? put.at(-1);
}

export function goingOn(poll: PollState | undefined): boolean {
  return poll !== undefined && GOING_ON.includes(poll.state);
}

/** What I did in a poll. */
export function myBallot(voting: VotingState, poll: number): MyBallot {
  return voting.ballots.find((ballot) => ballot.poll === poll) ?? nothing(poll);
}

function nothing(poll: number): MyBallot {
  return { poll, entitled: false, ready: false, cast: false, choice: null, text: '' };
}
