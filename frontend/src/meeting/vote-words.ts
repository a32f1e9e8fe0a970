/** Votes in words: the rule, where a vote stands, what came out. Pure. */

import type { PollResult, PollState, ServerMessage, Turnout } from '../generated/protocol';
import { t } from '../lib/i18n';
import type { Announcement } from './announce';
import type { RoomState } from './store';

export type ChoiceName = 'agree' | 'disagree' | 'other';

export const CHOICES: readonly ChoiceName[] = ['agree', 'disagree', 'other'];

export function choiceWords(choice: ChoiceName): string {
  return { agree: t('Đồng ý'), disagree: t('Không đồng ý'), other: t('Ý kiến khác') }[choice];
}

export function choiceIcon(choice: ChoiceName): string {
  return { agree: 'check-circle', disagree: 'x-circle', other: 'chat-dots' }[choice];
}

export function kindWords(poll: PollState): string {
  return poll.kind === 'secret' ? t('Bỏ phiếu kín') : t('Biểu quyết công khai');
}

export function stateWords(poll: PollState): string {
  return {
    prepared: t('Đã chuẩn bị'), ready: t('Kiểm tra sẵn sàng'), open: t('Đang biểu quyết'), paused: t('Đang tạm dừng'),
    closed: t('Đã kết thúc, chờ công bố'), published: t('Đã công bố'),
  }[poll.state];
}

export function thresholdWords(threshold: PollState['threshold']): string {
  return { majority: t('Quá nửa'), two_thirds: t('Ít nhất hai phần ba'), all: t('Tuyệt đối (tất cả)') }[threshold];
}

export function baseWords(base: PollState['base']): string {
  return { members: t('tổng số thành viên'), present: t('số thành viên có mặt'), cast: t('số phiếu đã bỏ') }[base];
}

/** "Thông qua khi quá nửa tổng số thành viên đồng ý". */
export function ruleWords({ threshold, base }: PollState): string {
  const share = thresholdWords(threshold);
  if (threshold === 'all') return t('Thông qua khi tất cả đồng ý, tính trên {base}.', { base: baseWords(base) });
  return t('Thông qua khi {share} {base} đồng ý.', { share: share.toLocaleLowerCase(), base: baseWords(base) });
}

export function turnoutWords(poll: PollState): string {
  const { members, present, ready, cast } = poll.turnout;
  if (poll.state === 'ready') return t('{ready} trong {members} thành viên đã sẵn sàng, {present} có mặt.', { ready, members, present });
  return t('{cast} trong {members} thành viên đã biểu quyết, {present} có mặt.', { cast, members, present });
}

/** What fills the bar of the turnout. */
export function turnoutValue(poll: PollState): number {
  return poll.state === 'ready' ? poll.turnout.ready : poll.turnout.cast;
}

/** Enough members are there for the vote to open. */
export function hasQuorum(poll: PollState): boolean {
  return poll.turnout.present >= poll.quorum_needed;
}

export function quorumWords({ quorum_needed: needed, turnout }: PollState): string {
  if (!needed) return t('Không yêu cầu số thành viên có mặt.');
  if (turnout.present >= needed) return t('Đủ điều kiện: {present} thành viên có mặt, cần ít nhất {needed}.', { present: turnout.present, needed });
  return t('Chưa đủ điều kiện: {present} thành viên có mặt, cần ít nhất {needed}.', { present: turnout.present, needed });
}

export function outcomeWords(result: PollResult): string {
  return result.passed ? t('Được thông qua') : t('Không được thông qua');
}

/** "4 đồng ý; cần ít nhất 3 trên 5 (tổng số thành viên)." */
export function reasonWords(poll: PollState, result: PollResult): string {
  return t('{agree} đồng ý; cần ít nhất {needed} trên {counted} ({base}).', {
    agree: result.agree, needed: result.needed, counted: result.counted_on, base: baseWords(poll.base),
  });
}

/** Who could have voted and did not. */
export function notCast({ members }: Turnout, result: PollResult): number {
  return Math.max(0, members - result.agree - result.disagree - result.other);
}

/** What is said aloud of votes and check-in; undefined: nothing. */
export function voteAnnouncement(message: ServerMessage, after: RoomState): Announcement | undefined {
  const { vote } = after.rights;
  switch (message.type) {
    case 'poll.readied': return { text: t('Chuẩn bị biểu quyết: {question}', { question: message.poll.question }), toast: true };
    case 'poll.opened':
      return { text: vote ? t('Mời quý vị biểu quyết: {question}', { question: message.poll.question }) : t('Đang biểu quyết: {question}', { question: message.poll.question }), toast: true };
    case 'poll.paused': return { text: t('Biểu quyết tạm dừng.'), toast: true };
    case 'poll.closed': return message.poll.result ? undefined : { text: t('Biểu quyết đã kết thúc, chờ công bố kết quả.'), toast: true };
    case 'poll.published': return message.poll.result ? { text: t('Kết quả biểu quyết: {outcome}.', { outcome: outcomeWords(message.poll.result) }), toast: true } : undefined;
    case 'poll.annulled': return { text: t('Cuộc biểu quyết đã bị hủy: {reason}', { reason: message.reason }), toast: true };
    case 'roll_call.opened': return after.attendance.here ? undefined : { text: t('Chủ tọa mở điểm danh. Bấm “Tôi có mặt”.'), toast: true };
    case 'roll_call.marked': return { text: message.present ? t('Quý vị đã được điểm danh có mặt.') : t('Quý vị đã được ghi nhận rời cuộc họp.'), toast: true };
    default: return undefined;
  }
}
