import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import './upload';
import type { EoUpload } from './upload';

/** Stands for the network: answers each request as ordered. */
class Network extends EventTarget {
  static answers: { status: number; body: unknown }[] = [];
  static sent: string[] = [];
  upload = new EventTarget();
  status = 0;
  responseText = '';
  open(): void {}
  setRequestHeader(): void {}
  send(body: FormData): void {
    Network.sent.push((body.get('file') as File).name);
    const answer = Network.answers.shift() ?? { status: 500, body: {} };
    this.status = answer.status;
    this.responseText = JSON.stringify(answer.body);
    queueMicrotask(() => this.dispatchEvent(new Event('load')));
  }
}

let element: EoUpload;
beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', Network);
  Network.sent = [];
  element = document.createElement('eo-upload');
  element.innerHTML = '<form method="post" action="/papers/upload/"><input type="file" name="file"></form>';
  document.body.replaceChildren(element);
});
afterEach(() => vi.unstubAllGlobals());

test('files go one after the other; each says how it ended, in words', async () => {
  Network.answers = [
    { status: 201, body: { title: 'a', url: '/papers/1/' } },
    { status: 400, body: { code: 'file-damaged', message: 'Tệp bị hỏng.', hint: 'Xin lại bản gốc.' } },
  ];
  const ended = new Promise<CustomEvent>((resolve) => element.addEventListener('uploaded', (event) => resolve(event as CustomEvent)));
  element.take([new File(['x'], 'a.pdf'), new File(['y'], 'b.pdf')]);
  expect((await ended).detail).toEqual({ accepted: 1, refused: 1 });
  expect(Network.sent).toEqual(['a.pdf', 'b.pdf']);
  const [first, second] = [...element.querySelectorAll('li')];
  expect(first?.querySelector('a')?.getAttribute('href')).toBe('/papers/1/');
  expect(second?.textContent).toContain('Tệp bị hỏng. Xin lại bản gốc.');
});

test('an ended session is said, not taken for a success', async () => {
  Network.answers = [{ status: 200, body: '<html>' }];
  const ended = new Promise<CustomEvent>((resolve) => element.addEventListener('uploaded', (event) => resolve(event as CustomEvent)));
  element.take([new File(['x'], 'a.pdf')]);
  expect((await ended).detail).toEqual({ accepted: 0, refused: 1 });
  expect(element.textContent).toContain('Phiên đăng nhập đã hết.');
});
