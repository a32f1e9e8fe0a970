import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { initSubmitOnce } from './submit-once';

let sent: number;

function form(attributes = ''): HTMLFormElement {
  document.body.innerHTML = `<form method="post" ${attributes}><button>Gửi</button></form>`;
  return document.querySelector('form') as HTMLFormElement;
}

const press = (target: HTMLFormElement) => target.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
const tell = (target: HTMLFormElement, name: string) => target.dispatchEvent(new CustomEvent(name, { bubbles: true }));

beforeAll(() => {
  vi.useFakeTimers();
  initSubmitOnce();
});

beforeEach(() => { sent = 0; });

describe('two presses in one instant', () => {
  it('send an ordinary form once', () => {
    const target = form();
    target.addEventListener('submit', () => { sent += 1; });
    press(target);
    press(target);
    vi.runAllTimers();
    expect(sent).toBe(1);
    expect(target.querySelector('button')?.disabled).toBe(true);
  });

  it('send a form of htmx once, even when htmx begins only later', () => {
    const target = form('hx-post="/conclusions/new/"');
    target.addEventListener('submit', (event) => {
      event.preventDefault();
      sent += 1;
      queueMicrotask(() => tell(target, 'htmx:beforeRequest'));
    });
    press(target);
    press(target);
    expect(sent).toBe(1);
  });
});

describe('the next press counts', () => {
  it('when nothing was sent: a question came first, or a field was refused', () => {
    const target = form();
    target.addEventListener('submit', (event) => { event.preventDefault(); sent += 1; });
    press(target);
    vi.runAllTimers();
    press(target);
    expect(sent).toBe(2);
    expect(target.querySelector('button')?.disabled).toBe(false);
  });

  it('when the answer came and the form is still here', () => {
    const target = form('hx-post="/x/"');
    target.addEventListener('submit', (event) => { event.preventDefault(); sent += 1; tell(target, 'htmx:beforeRequest'); });
    press(target);
    vi.runAllTimers();
    press(target);
    tell(target, 'htmx:afterRequest');
    vi.runAllTimers();
    expect(target.querySelector('button')?.disabled).toBe(false);
    press(target);
    expect(sent).toBe(2);
  });
});

it('takes the second half of a double click for what it is, on the fresh form, too', () => {
  const button = form().querySelector('button') as HTMLButtonElement;
  const click = (detail: number) => button.dispatchEvent(new MouseEvent('click', { detail, bubbles: true, cancelable: true }));
  expect(click(2)).toBe(false);
  expect(click(1)).toBe(true);
});
