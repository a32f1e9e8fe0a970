/** Our own "are you sure" for what does harm: a native dialog, never `window.confirm`. */

import { make } from './dom';
import { t } from './i18n';

export interface Question {
  /** What will happen, as a question. */
  question: string;
  /** What follows from it. */
  detail?: string;
  /** The verb on the button: "Hủy cuộc họp", never "OK". */
  action?: string;
  /** Red button: it cannot be undone or others are told. */
  harm?: boolean;
}

/** Asks; true when the person chose the action. Escape and the back button mean no. */
export function confirmed(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const title = make('h2', { id: 'confirm-title' }, question.question);
    const yes = make(
      'button',
      { type: 'submit', value: 'yes', class: `btn ${question.harm === false ? 'btn-primary' : 'btn-danger'}` },
      question.action ?? t('Đồng ý'),
    );
    const no = make('button', { type: 'submit', value: 'no', class: 'btn btn-secondary', autofocus: '' }, t('Không, quay lại'));
    const form = make('form', { method: 'dialog' }, title);
    if (question.detail) form.append(make('p', {}, question.detail));
    form.append(make('div', { class: 'dialog-actions' }, no, yes));
    const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': 'confirm-title' }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function questionOf(element: HTMLElement, fallback = ''): Question {
  const { confirm, confirmDetail, confirmAction, confirmHarm } = element.dataset;
  return {
    question: confirm || fallback,
    ...(confirmDetail ? { detail: confirmDetail } : {}),
    ...(confirmAction ? { action: confirmAction } : {}),
    harm: confirmHarm !== 'no',
  };
}

const agreed = new WeakSet<HTMLFormElement>();
/** Those whose question is on the screen. */
const asked = new WeakSet<HTMLFormElement>();

/** Forms and buttons with `data-confirm`, and everything with `hx-confirm`, ask first. */
export function initConfirmation(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const button = event.submitter;
    const asking = button instanceof HTMLElement && button.dataset.confirm ? button : form;
    if (!asking.dataset.confirm) return;
    if (agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asked.has(form)) return;
    asked.add(form);
    void confirmed(questionOf(asking)).then((yes) => {
      asked.delete(form);
      if (!yes) return;
      agreed.add(form);
      form.requestSubmit(button instanceof HTMLButtonElement ? button : null);
    });
  }, { capture: true });

  document.addEventListener('htmx:confirm', (event) => {
    const { detail } = event as CustomEvent<{ question: string | null; elt: HTMLElement; issueRequest(skip: boolean): void }>;
    if (!detail.question) return;
    event.preventDefault();
    void confirmed(questionOf(detail.elt, detail.question)).then((yes) => { if (yes) detail.issueRequest(true); });
  });
}
