/**
 * What is typed into a form marked `data-keep` survives an ended session, a closed tab and a power cut.
 *
 * It lies in this browser only, under the person's number, for a week. It is offered again when the form
 * is opened and differs from it; it goes when the form was sent and the server took it.
 */

import { find, findAll, make, pageValue } from './dom';
import { formatDateTime, t } from './i18n';
import { recall } from './memory';

/** Field name → its values in order. Check boxes are there only while ticked, as in a form post. */
export type Draft = Record<string, string[]>;

interface Stored { at: number; values: Draft }

const PREFIX = 'draft:';
const SENT = 'draft-sent';
const LIFETIME_MS = 7 * 24 * 3600 * 1000;
/** Notes on papers (documents/annotations/store.ts) may be written on a journey without network. */
const NOTES_LIFETIME_MS = 30 * 24 * 3600 * 1000;
const NEVER = new Set(['csrfmiddlewaretoken', 'version']);

/** `data-keep` may name the form when one page has several. */
export function draftKey(form: HTMLFormElement): string {
  return `${PREFIX}${pageValue('user')}:${window.location.pathname}:${form.dataset.keep ?? ''}`;
}

/** Everything a person typed or chose; never passwords, files, tokens. */
export function valuesOf(form: HTMLFormElement): Draft {
  const values: Draft = {};
  for (const field of fieldsOf(form)) {
    if (isTick(field) && !field.checked) continue;
    const chosen = field instanceof HTMLSelectElement ? [...field.selectedOptions].map((option) => option.value) : [field.value];
    (values[field.name] ??= []).push(...chosen);
  }
  for (const picker of pickersOf(form)) values[picker.name] = picker.items.map((item) => JSON.stringify(item));
  return values;
}

/** Writes `values` back. A page with rows of its own making adds them on the `eo:restore` event first. */
export function restore(form: HTMLFormElement, values: Draft): void {
  form.dispatchEvent(new CustomEvent('eo:restore', { detail: values, bubbles: true }));
  for (const picker of pickersOf(form)) picker.items = (values[picker.name] ?? []).map((text) => JSON.parse(text) as PickedItem);
  const taken: Record<string, number> = {};
  for (const field of fieldsOf(form)) {
    const wanted = values[field.name] ?? [];
    if (isTick(field)) field.checked = wanted.includes(field.value);
    else if (field instanceof HTMLSelectElement) for (const option of field.options) option.selected = wanted.includes(option.value);
    else {
      const turn = taken[field.name] ?? 0;
      taken[field.name] = turn + 1;
      if (wanted[turn] !== undefined) field.value = wanted[turn];
    }
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

/** Starts keeping; offers what was kept earlier. */
export function initDrafts(root: ParentNode): void {
  forgetOld();
  if (root === document) settleSent();
  for (const form of findAll(root, 'form[data-keep]', HTMLFormElement)) keep(form);
}

/** Forms that htmx sends stay on the page: their answer says whether the server took them. */
export function initSentDrafts(): void {
  document.addEventListener('htmx:afterRequest', (event) => {
    const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>).detail;
    if (!(elt instanceof HTMLFormElement) || !('keep' in elt.dataset)) return;
    sessionStorage.removeItem(SENT);
    if (successful) forgetDraft(elt);
  });
}

/**
 * After a form was sent the usual way: the server took it when it led a signed-in person on to a good page.
 * An error page, the form again, or the sign-in page mean that it did not.
 */
function settleSent(): void {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const led = arrival !== undefined && arrival.redirectCount > 0 && arrival.responseStatus < 400;
  if (sent && led && pageValue('user')) localStorage.removeItem(sent);
}

/** Forgets the draft of `form`: its content reached the server without leaving the page. */
export function forgetDraft(form: HTMLFormElement): void {
  localStorage.removeItem(draftKey(form));
}

function keep(form: HTMLFormElement): void {
  const key = draftKey(form);
  const stored = recall<Stored>('localStorage', key);
  if (stored && !same(stored.values, valuesOf(form))) offer(form, stored, key);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let untouched = true;
  const save = () => {
    clearTimeout(timer);
    if (untouched) return;
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: valuesOf(form) } satisfies Stored));
    } catch {
      // The browser's store is full or closed: the form still works.
    }
  };
  form.addEventListener('input', () => { untouched = false; clearTimeout(timer); timer = setTimeout(save, 400); });
  form.addEventListener('change', (event) => { if (event.isTrusted) untouched = false; save(); });
  form.addEventListener('submit', () => { save(); sessionStorage.setItem(SENT, key); });
  window.addEventListener('pagehide', save);
  // Sent by htmx and taken: the answer that replaces the form must not offer its content again.
  form.addEventListener('htmx:beforeOnLoad', (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    if (event.target !== form || xhr.status >= 300) return;
    untouched = true;
    clearTimeout(timer);
    sessionStorage.removeItem(SENT);
    forgetDraft(form);
  });
}

function offer(form: HTMLFormElement, stored: Stored, key: string): void {
  find(form, '.draft-offer', HTMLElement)?.remove();
  const back = make('button', { type: 'button', class: 'btn btn-primary btn-sm' }, t('Lấy lại nội dung'));
  const drop = make('button', { type: 'button', class: 'btn btn-secondary btn-sm' }, t('Bỏ nội dung cũ'));
  const when = formatDateTime(new Date(stored.at));
  const box = make(
    'div', { class: 'alert alert-info draft-offer', role: 'status' },
    make('p', {}, t('Bạn đã nhập dở biểu mẫu này lúc {when} nhưng chưa gửi.', { when })),
    make('div', { class: 'button-set' }, back, drop),
  );
  back.addEventListener('click', () => { restore(form, stored.values); box.remove(); });
  drop.addEventListener('click', () => { localStorage.removeItem(key); box.remove(); });
  form.prepend(box);
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((element): element is Field => {
    if (!(element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement)) return false;
    if (!element.name || NEVER.has(element.name) || element.closest('eo-picker')) return false;
    return !(element instanceof HTMLInputElement) || !['password', 'file', 'submit', 'button', 'hidden'].includes(element.type);
  });
}

const isTick = (field: Field): field is HTMLInputElement =>
  field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');

export interface PickedItem { id: string; text: string; detail?: string }
interface Picker extends HTMLElement { name: string; items: PickedItem[] }

function pickersOf(form: HTMLFormElement): Picker[] {
  return findAll(form, 'eo-picker', HTMLElement).filter((element): element is Picker => 'items' in element);
}


function same(one: Draft, other: Draft): boolean {
  const text = (draft: Draft) => JSON.stringify(Object.entries(draft).filter(([, values]) => values.some(Boolean)).sort());
  return text(one) === text(other);
}

function forgetOld(): void {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const stored = recall<Stored>('localStorage', key);
    const lifetime = key.includes(':annotation:') ? NOTES_LIFETIME_MS : LIFETIME_MS;
    if (!stored || Date.now() - stored.at > lifetime) localStorage.removeItem(key);
  }
}
