import { beforeEach, expect, test, vi } from 'vitest';

import './open-copy';
import type { EoOpenCopy } from './open-copy';

class SilentSocket extends EventTarget {
  close(): void {}
  send(): void {}
}

let copy: EoOpenCopy;
beforeEach(() => {
  vi.stubGlobal('WebSocket', SilentSocket);
  document.body.innerHTML = '<eo-open-copy paper="7" version="1" href="/papers/7/read/"></eo-open-copy><eo-paper-viewer></eo-paper-viewer><eo-annotations></eo-annotations>';
  copy = document.querySelector('eo-open-copy') as EoOpenCopy;
});

test('a withdrawn paper leaves the screen with what was marked on it, and the page says why', () => {
  copy.hear({ type: 'paper.withdrawn' });
  expect(document.querySelector('eo-paper-viewer, eo-annotations')).toBeNull();
  expect(copy.textContent).toContain('Tài liệu này đã bị thu hồi.');
});

test('a newer version is offered, and the page stays where it is', () => {
  copy.hear({ type: 'version.published', number: 1 });
  expect(copy.textContent).toBe('');
  copy.hear({ type: 'version.published', number: 2 });
  expect(copy.querySelector('a')?.getAttribute('href')).toBe('/papers/7/read/');
  expect(document.querySelector('eo-paper-viewer')).not.toBeNull();
});
