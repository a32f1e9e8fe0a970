/** A comment on a paper that everybody sees who may read it, as documents/comment_list.py hands it out. */

import { t } from '../../lib/i18n';
import type { Mark, Quote, Rectangle } from '../annotations/mark';

export type Outcome = 'open' | 'taken' | 'explained';

/** A comment, or a reply. */
export interface Remark extends Quote {
  key: string;
  version: number;
  number: number;
  page: number;
  rectangles: Rectangle[];
  text: string;
  /** Its writer took it back; it is there for the replies under it. */
  deleted: boolean;
  author: string;
  agency: string;
  mine: boolean;
  at: string;
  edited: boolean;
}

export interface Comment extends Remark {
  outcome: Outcome;
  settled_by: string;
  settled_at: string;
  replies: Remark[];
}

/** What the server says of a paper. */
export interface Said { open: boolean; handles: boolean; comments: Comment[] }

/** What is being written: a comment, a reply `to` one, or other words for one that is there already. */
export interface Draft extends Quote {
  key: string;
  to: string | null;
  edits: boolean;
  version: number;
  page: number;
  rectangles: Rectangle[];
  text: string;
  /** For lib/drafts.ts, which clears away what is old. */
  at: number;
}

/** For finding where it stands: words, or a page as a whole. */
export function asMark({ key, version, number, page, rectangles, quote, prefix, suffix, text }: Comment): Mark {
  return { key, version, number, page, rectangles, quote, prefix, suffix, text, strokes: [], colour: 'yellow', kind: quote ? 'highlight' : 'bookmark' };
}

export function outcomeName(outcome: Outcome): string {
  const names: Record<Outcome, () => string> = { open: () => t('Chưa trả lời'), taken: () => t('Đã tiếp thu'), explained: () => t('Đã giải trình') };
  return names[outcome]();
}
