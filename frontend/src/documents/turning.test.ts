import { expect, test } from 'vitest';

import { turned, turnOf, UprightPage, type Turn } from './turning';

const PART = { left: 1000, top: 500, width: 4000, height: 300 };

/** A page of 200 × 100 px upright, turned, its corner at 10, 20 of the window. */
function page(turn: Turn): HTMLElement {
  document.body.innerHTML = `<div data-turn="${turn}"><div class="page"></div></div>`;
  const element = document.querySelector('.page') as HTMLElement;
  const [width, height] = turn % 180 ? [100, 200] : [200, 100];
  element.getBoundingClientRect = () => new DOMRect(10, 20, width, height);
  return element;
}

test.each<Turn>([0, 90, 180, 270])('what is marked on a page turned by %i is where it was when the page stands upright', (turn) => {
  const element = page(turn);
  const shown = turned(PART, turn);
  const { x, y, width, height } = element.getBoundingClientRect();
  const left = x + (shown.left / 10_000) * width;
  const top = y + (shown.top / 10_000) * height;
  const box = { left, top, right: left + (shown.width / 10_000) * width, bottom: top + (shown.height / 10_000) * height };
  const upright = new UprightPage(element);
  expect([upright.width, upright.height]).toEqual([200, 100]);
  const found = upright.box(box);
  expect(found.left).toBeCloseTo(20);
  expect(found.top).toBeCloseTo(5);
  expect(found.right).toBeCloseTo(100);
  expect(found.bottom).toBeCloseTo(8);
});

test('a quarter turn takes the upper edge to the right', () => {
  expect(turned({ left: 0, top: 0, width: 10_000, height: 500 }, 90)).toEqual({ left: 9_500, top: 0, width: 500, height: 10_000 });
});

test('a page that nobody turned stands upright', () => {
  document.body.innerHTML = '<div class="page"></div>';
  expect(turnOf(document.querySelector('.page') as HTMLElement)).toBe(0);
});
