/** Asks for a reason in the person's own words, before something that others are told. */

import { make } from '../lib/dom';
import { t } from '../lib/i18n';

export interface ReasonQuestion {
  question: string;
  detail: string;
  /** The verb on the button. */
  action: string;
  required: boolean;
}

/** The reason; undefined when the person thought better of it. */
export function reasonFor({ question, detail, action, required }: ReasonQuestion): Promise<string | undefined> {
  return new Promise((resolve) => {
    const input = make('textarea', { id: 'reason-text', rows: '3', maxlength: '500', ...(required ? { required: '' } : {}) });
    const field = make('div', { class: 'field' }, make('label', { for: 'reason-text' }, t('Lý do')), input);
    const no = make('button', { type: 'button', class: 'btn btn-secondary' }, t('Không, quay lại'));
    const yes = make('button', { type: 'submit', value: 'yes', class: 'btn btn-danger' }, action);
    const form = make('form', { method: 'dialog' }, make('h2', { id: 'reason-title' }, question), make('p', {}, detail), field,
      make('div', { class: 'dialog-actions' }, no, yes));
    const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': 'reason-title' }, form);
    no.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? input.value.trim() : undefined);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}
