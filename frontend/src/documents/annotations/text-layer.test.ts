import { beforeEach, expect, test } from 'vitest';

import { inLines, LaidText, share } from './text-layer';

let page: HTMLElement;
beforeEach(() => {
  document.body.innerHTML = '<div class="page" data-page-number="2"><div class="textLayer">'
    + '<span>Giải ngân đạt</span><br><span>72 % kế hoạch</span><br><span> </span></div></div>';
  page = document.querySelector('.page') as HTMLElement;
});

function chosen(from: number, at: number, to: number, end: number): Range {
  const spans = page.querySelectorAll('span');
  const range = document.createRange();
  range.setStart(spans[from]?.firstChild as Text, at);
  range.setEnd(spans[to]?.firstChild as Text, end);
  return range;
}

test('the end of a line is the end of a line', () => {
  expect(LaidText.on(page)?.text).toBe('Giải ngân đạt\n72 % kế hoạch\n ');
});

test('chosen words are told by where they begin and end on the page', () => {
  const laid = LaidText.on(page);
  const part = laid?.within(chosen(0, 5, 1, 4));
  expect(part && laid?.text.slice(part.start, part.end)).toBe('ngân đạt\n72 %');
});

test('a choice of nothing but white space is none', () => {
  expect(LaidText.on(page)?.within(chosen(2, 0, 2, 1))).toBeUndefined();
});

test('a page without words has no text', () => {
  document.body.innerHTML = '<div class="page"><div class="textLayer"></div></div>';
  expect(LaidText.on(document.querySelector('.page') as HTMLElement)).toBeUndefined();
});

test('words beside each other are one box, lines and columns are several', () => {
  const box = (left: number, right: number, top: number) => ({ left, right, top, bottom: top + 10 });
  expect(inLines([box(0, 50, 0), box(52, 90, 1), box(0, 30, 14), box(200, 250, 14)])).toEqual([
    { left: 0, right: 90, top: 0, bottom: 11 }, { left: 0, right: 30, top: 14, bottom: 24 }, { left: 200, right: 250, top: 14, bottom: 24 },
  ]);
});

test('a box is told in ten-thousandths of the page, whatever its size on the screen', () => {
  const sheet = { left: 10, top: 20, width: 200, height: 400 } as DOMRect;
  expect(share({ left: 30, right: 110, top: 40, bottom: 60 }, sheet)).toEqual({ left: 1000, top: 500, width: 4000, height: 500 });
});
