/** A second press on a submit button does nothing while the first is on its way. */

import { findAll } from './dom';

function buttonsOf(form: HTMLFormElement): HTMLButtonElement[] {
  const own = findAll(form, 'button:not([type=button]):not([type=reset])', HTMLButtonElement);
  const outside = form.id ? findAll(document, `button[form="${CSS.escape(form.id)}"]`, HTMLButtonElement) : [];
  return [...own, ...outside];
}

function begin(form: HTMLFormElement): void {
  form.dataset.sending = '';
  form.setAttribute('aria-busy', 'true');
  // After this turn, so that the pressed button's own value is still sent.
  setTimeout(() => { for (const button of buttonsOf(form)) button.disabled = true; });
}

function end(form: HTMLFormElement): void {
  delete form.dataset.sending;
  form.removeAttribute('aria-busy');
  setTimeout(() => { for (const button of buttonsOf(form)) button.disabled = false; });
}

function formOf(event: Event): HTMLFormElement | undefined {
  const form = event.target instanceof Element ? event.target.closest('form') : null;
  return form?.method === 'post' ? form : undefined;
}

/** Guards every form that posts; the buttons come back when the answer leaves us on this page. */
export function initSubmitOnce(): void {
  document.addEventListener('submit', (event) => {
    const form = formOf(event);
    if (!form || !('sending' in form.dataset)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
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
