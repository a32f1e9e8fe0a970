/** The count of a vote: bars with numbers and words, and whether it passed. */

import { html, svg, type TemplateResult } from 'lit';

import type { PollResult, PollState } from '../generated/protocol';
import { t } from '../lib/i18n';
import { icon } from './element';
import { CHOICES, choiceWords, notCast, outcomeWords, reasonWords } from './vote-words';

interface Bar { name: string; words: string; number: number }

export function voteResult(poll: PollState, result: PollResult): TemplateResult {
  const bars: Bar[] = CHOICES.filter((choice) => choice !== 'other' || poll.with_other)
    .map((choice) => ({ name: choice, words: choiceWords(choice), number: result[choice] }));
  bars.push({ name: 'none', words: t('Không biểu quyết'), number: notCast(poll.turnout, result) });
  const most = Math.max(1, poll.turnout.members);
  return html`
    <p class="vote-outcome ${result.passed ? 'is-passed' : 'is-failed'}">${icon(result.passed ? 'check-circle-fill' : 'x-circle')}
      <strong>${outcomeWords(result)}</strong></p>
    <p>${reasonWords(poll, result)}</p>
    <dl class="vote-bars">${bars.map((bar) => row(bar, most))}</dl>`;
}

function row({ name, words, number }: Bar, most: number): TemplateResult {
  const share = Math.round((number * 1000) / most) / 10;
  return html`
    <div class="vote-bar vote-bar-${name}"><dt>${words}</dt>
      <dd><span class="number">${number}</span>
        <svg class="vote-bar-line" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${svg`<rect width="100" height="4" class="vote-bar-ground"/><rect width=${share} height="4" class="vote-bar-fill"/>`}</svg></dd></div>`;
}
