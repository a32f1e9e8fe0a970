import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { draftKey, initDrafts, initSentDrafts, restore, valuesOf } from './drafts';

function form(fields: string): HTMLFormElement {
  document.body.innerHTML = `<form data-keep method="post">${fields}</form>`;
  return document.querySelector('form') as HTMLFormElement;
}

const FIELDS = `
  <input type="hidden" name="csrfmiddlewaretoken" value="secret"><input type="hidden" name="version" value="3">
  <input name="title"><textarea name="note"></textarea><input type="password" name="password">
  <select name="kind"><option value="a">A</option><option value="b">B</option></select>
  <input type="checkbox" name="mail" value="on"><input name="row"><input name="row">`;

function type(target: HTMLFormElement, name: string, value: string): void {
  const field = target.elements.namedItem(name) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.body.dataset.user = '7';
});

afterEach(() => vi.restoreAllMocks());

describe('what is kept', () => {
  it('never holds passwords, tokens or the version', () => {
    const filled = form(FIELDS);
    type(filled, 'password', 'bí mật');
    type(filled, 'title', 'Họp');
    expect(Object.keys(valuesOf(filled)).sort()).toEqual(['kind', 'note', 'row', 'title']);
  });

  it('belongs to one person', () => {
    const mine = draftKey(form(FIELDS));
    document.body.dataset.user = '8';
    expect(draftKey(form(FIELDS))).not.toBe(mine);
  });

  it('comes back field by field, rows of one name in order', () => {
    const values = { title: ['Họp'], kind: ['b'], mail: ['on'], row: ['một', 'hai'] };
    const empty = form(FIELDS);
    restore(empty, values);
    expect(valuesOf(empty)).toMatchObject(values);
  });
});

describe('the offer', () => {
  const store = (target: HTMLFormElement) => {
    localStorage.setItem(draftKey(target), JSON.stringify({ at: Date.now(), values: { title: ['Họp'] } }));
  };

  it('stands in a form that differs from what was kept, and restores it', () => {
    const target = form(FIELDS);
    store(target);
    initDrafts(document);
    const buttons = document.querySelectorAll<HTMLButtonElement>('.draft-offer button');
    buttons[0]?.click();
    expect((target.elements.namedItem('title') as HTMLInputElement).value).toBe('Họp');
    expect(document.querySelector('.draft-offer')).toBeNull();
  });

  it('can be declined for good', () => {
    const target = form(FIELDS);
    store(target);
    initDrafts(document);
    document.querySelectorAll<HTMLButtonElement>('.draft-offer button')[1]?.click();
    expect(localStorage.getItem(draftKey(target))).toBeNull();
  });

  it('does not stand when the form holds the same already', () => {
    const target = form('<input name="title" value="Họp">');
    store(target);
    initDrafts(document);
    expect(document.querySelector('.draft-offer')).toBeNull();
  });

  it.each([
    ['the server led on to a good page', { redirectCount: 1, responseStatus: 200 }, '7', false],
    ['the server showed the form again', { redirectCount: 0, responseStatus: 422 }, '7', true],
    ['the server refused on an error page', { redirectCount: 0, responseStatus: 409 }, '7', true],
    ['the session had ended', { redirectCount: 1, responseStatus: 200 }, '', true],
  ])('after sending, when %s', (_, arrival, user, kept) => {
    const target = form(FIELDS);
    store(target);
    initDrafts(document);
    target.dispatchEvent(new Event('submit'));
    const key = draftKey(target);
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([arrival as PerformanceNavigationTiming]);
    document.body.innerHTML = '<p></p>';
    document.body.dataset.user = user;
    initDrafts(document);
    expect(localStorage.getItem(key) !== null).toBe(kept);
  });

  it.each([[true, false], [false, true]])('after htmx sent it, successful %s, is kept %s', (successful, kept) => {
    initSentDrafts();
    const target = form(FIELDS);
    store(target);
    target.dispatchEvent(new CustomEvent('htmx:afterRequest', { bubbles: true, detail: { elt: target, successful } }));
    expect(localStorage.getItem(draftKey(target)) !== null).toBe(kept);
  });

  it('is forgotten after a week', () => {
    const target = form(FIELDS);
    localStorage.setItem(draftKey(target), JSON.stringify({ at: Date.now() - 8 * 24 * 3600 * 1000, values: { title: ['Cũ'] } }));
    initDrafts(document);
    expect(localStorage.getItem(draftKey(target))).toBeNull();
    expect(document.querySelector('.draft-offer')).toBeNull();
  });
});
