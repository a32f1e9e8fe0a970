import { expect, test } from 'vitest';

import { find, lettersOf, pagesFrom, quoteAt } from './anchor';

/** Marks `words` on page `on` of `before` and looks for them in `after`: "page: words found". */
async function anchored(before: string[], on: number, words: string, after: string[]): Promise<string> {
  const page = before[on - 1] ?? '';
  const start = page.indexOf(words);
  const quote = quoteAt(page, start, start + words.length);
  const found = await find(quote, on, after.length, (number) => Promise.resolve(lettersOf(after[number - 1] ?? '').text));
  if (!found) return 'nowhere';
  const there = lettersOf(after[found.page - 1] ?? '');
  return `${found.page}: ${(after[found.page - 1] ?? '').slice(there.from[found.start], there.to[found.end - 1])}`;
}

const paper = ['Trang một nói về giá đất năm nay.', 'Giải ngân đạt 72 % kế hoạch năm. Phấn đấu đạt 95 % cuối năm.', 'Tổ chức thực hiện.'];

test('words that stay are found where they were', async () => {
  expect(await anchored(paper, 2, 'Giải ngân đạt 72 %', paper)).toBe('2: Giải ngân đạt 72 %');
});

test('words that moved to another page are found there', async () => {
  expect(await anchored(paper, 2, 'Giải ngân đạt 72 %', ['Mới.', 'Thêm.', ...paper])).toBe('4: Giải ngân đạt 72 %');
});

test('words that were reworded are nowhere', async () => {
  expect(await anchored(paper, 2, 'Giải ngân đạt 72 %', [paper[0]!, 'Giải ngân đạt 80 % kế hoạch năm.'])).toBe('nowhere');
});

test('of several places the one with the same words around it is taken, on whatever page', async () => {
  const after = ['năm nay', 'Phấn đấu năm sau.', 'Giải ngân đạt 72 % kế hoạch năm. Phấn đấu đạt 95 % cuối năm.'];
  expect(await anchored(paper, 2, 'Phấn đấu', after)).toBe('3: Phấn đấu');
});

test('a few letters count only where their surroundings are the same', async () => {
  expect(await anchored(paper, 2, '72 %', ['Một câu khác hẳn có 72 % ở giữa mà thôi.'])).toBe('nowhere');
  expect(await anchored(paper, 2, '72 %', ['Giải ngân đạt 72 % kế hoạch quý.'])).toBe('1: 72 %');
});

test('with the same surroundings the nearest page is taken', async () => {
  const page = 'Cộng hòa xã hội chủ nghĩa Việt Nam';
  expect(await anchored([page, page, page, page], 3, 'xã hội chủ nghĩa', [page, page, page, page])).toBe('3: xã hội chủ nghĩa');
});

test('breaks of lines, spaces, soft hyphens, ligatures and decomposed letters make no difference', async () => {
  const after = 'Giải ngân\nđa\u0323t  72 % kế hoạch năm'.normalize('NFD');
  expect(await anchored(paper, 2, 'Giải ngân đạt 72 %', [after])).toBe(`1: ${'Giải ngân\nđạt  72 %'.normalize('NFD')}`);
  expect(lettersOf('ﬁ\u00adn').text).toBe('fin');
});

test('a very long passage is known by its beginning', () => {
  const { quote, suffix } = quoteAt('chữ '.repeat(2000), 0, 8000);
  expect([quote.length, suffix]).toEqual([2000, '']);
});

test('pages are looked through from the nearest on', () => {
  expect(pagesFrom(3, 5)).toEqual([3, 4, 2, 5, 1]);
  expect(pagesFrom(9, 3)).toEqual([3, 2, 1]);
});
