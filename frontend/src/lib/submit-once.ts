/**
 * A second press on a submit button does nothing while the first is on its way.
 *
 * The form is marked by the press itself, before anybody's handler runs: two presses in one instant send once,
 * whether the browser or htmx sends. The server would take the second for the first, too (ADR 0061).
 */

import { findAll } from './dom';

function buttonsOf(form: HTMLFormElement): HTMLButtonElement[] {
  const own = findAll(form, 'button:not([type=button]):not([type=reset])', HTMLButtonElement);
  const outside = form.id ? findAll(document, `button[form="${CSS.escape(form.id)}"]`, HTMLButtonElement) : [];
  return [...own, ...outside];
}

// `data-pressed`: the press is being handled; `data-sending`: its request is on its way, the buttons wait.
const isPressed = (form: HTMLFormElement): boolean => 'pressed' in form.dataset;
const isSending = (form: HTMLFormElement): boolean => 'sending' in form.dataset;

function begin(form: HTMLFormElement): void {
  form.dataset.pressed = form.dataset.sending = '';
  form.setAttribute('aria-busy', 'true');
  // After this turn, so that the pressed button's own value is still sent.
  setTimeout(() => { for (const button of buttonsOf(form)) button.disabled = isSending(form); });
}

function end(form: HTMLFormElement): void {
  delete form.dataset.pressed;
  delete form.dataset.sending;
  form.removeAttribute('aria-busy');
  setTimeout(() => { for (const button of buttonsOf(form)) button.disabled = isSending(form); });
}

function formOf(event: Event): HTMLFormElement | undefined {
  const form = event.target instanceof Element ? event.target.closest('form') : null;
  return form?.method === 'post' ? form : undefined;
}

function press(event: Event): void {
  const form = formOf(event);
  if (!form) return;
  if (isPressed(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.pressed = '';
  // A question was asked first, or a field was refused: nothing was sent, and the next press counts.
  setTimeout(() => { if (!isSending(form)) delete form.dataset.pressed; });
}

/** The second half of a double click may meet the fresh form that the first one's answer brought. */
function ignoreSecondHalf(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  if (event.detail > 1 && button?.type === 'submit' && button.form?.method === 'post') event.preventDefault();
}

/** Guards every form that posts; the buttons come back when the answer leaves us on this page. */
export function initSubmitOnce(): void {
  document.addEventListener('click', ignoreSecondHalf, { capture: true });
  document.addEventListener('submit', press, { capture: true });
  document.addEventListener('submit', (event) => {
    const form = formOf(event);
    if (form && !event.defaultPrevented) begin(form);
  });
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (event.target instanceof HTMLFormElement) begin(event.target);
  });
  for (const name of ['htmx:afterRequest', 'htmx:sendError']) {
    document.addEventListener(name, (event) => {
      if (event.target instanceof HTMLFormElement) end(event.target);
    });
  }
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) for (const form of findAll(document, 'form[data-sending]', HTMLFormElement)) end(form);
  });
}
