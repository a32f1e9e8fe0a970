import { expect, it, vi } from 'vitest';

import { initHtmx } from './htmx';

vi.mock('htmx.org', () => ({ default: { config: {} } })); // it needs XPath, which this document does not have

function beforeSwap(fragment: Node): void {
  document.body.dispatchEvent(new CustomEvent('htmx:oobBeforeSwap', { detail: { fragment }, bubbles: true }));
}

it('lets a line that comes twice take the place of the first, and leaves the others', () => {
  initHtmx();
  document.body.innerHTML = '<ol><li id="conclusion-1"></li><li id="conclusion-2"></li></ol>';
  const added = document.createElement('ol');
  added.innerHTML = '<li id="conclusion-2">Hai</li>';
  beforeSwap(added);
  expect([...document.querySelectorAll('li')].map((line) => line.id)).toEqual(['conclusion-1']);
  const whole = document.createDocumentFragment();
  whole.append(Object.assign(document.createElement('p'), { id: 'conclusion-1' }));
  beforeSwap(whole);
  expect(document.getElementById('conclusion-1')).not.toBeNull();
});
