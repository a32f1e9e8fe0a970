import { beforeEach, expect, test } from 'vitest';

import { Drawing } from './drawing';
import type { Mark } from './mark';

let marks: Map<string, Mark>;
let drawing: Drawing;
beforeEach(() => {
  document.body.innerHTML = '<div class="page" data-page-number="2"></div>';
  const page = document.querySelector('.page') as HTMLElement;
  marks = new Map();
  drawing = new Drawing({
    open: { version: 3, number: 1 }, marks, page: () => page, live: () => undefined, changed: () => undefined,
    placed: () => [...marks.values()].map((mark) => ({ mark, page: mark.page, rectangles: mark.rectangles })),
    put: (mark) => marks.set(mark.key, mark), remove: (mark) => marks.delete(mark.key),
  });
});

function stroke(x: number, y: number): void {
  drawing.begin(2, x, y);
  drawing.draw(x + 500, y);
  drawing.end();
}

const drawn = () => [...marks.values()].map(({ colour, strokes }) => `${colour} ${strokes.length}`);

test('strokes of one pen on one page are one drawing, another pen begins another', () => {
  drawing.take('red');
  stroke(1000, 1000);
  stroke(1000, 2000);
  drawing.take('blue');
  stroke(1000, 3000);
  expect(drawn()).toEqual(['red 2', 'blue 1']);
  expect([...marks.values()][0]?.rectangles).toEqual([{ left: 1000, top: 1000, width: 500, height: 1000 }]);
});

test('a stroke is taken back, and what was rubbed out comes back', () => {
  drawing.take('red');
  stroke(1000, 1000);
  stroke(1000, 2000);
  drawing.undo();
  expect(drawn()).toEqual(['red 1']);
  drawing.take('eraser');
  drawing.begin(2, 1200, 1010);
  drawing.end();
  expect(drawn()).toEqual([]);
  drawing.undo();
  drawing.undo();
  expect([drawn(), drawing.mayUndo]).toEqual([[], false]);
});

test('a line longer than the server takes goes on in another', () => {
  drawing.take('green');
  drawing.begin(2, 0, 0);
  for (let at = 1; at < 700; at += 1) drawing.draw(at * 14, at % 2 ? 300 : 0);
  drawing.end();
  const [mark] = [...marks.values()];
  expect(mark?.strokes.map((points) => points.length <= 1200)).toEqual([true, true]);
});

test('with nothing in hand nothing is drawn', () => {
  stroke(1000, 1000);
  expect(drawn()).toEqual([]);
});
