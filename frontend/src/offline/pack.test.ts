import { expect, test } from 'vitest';

import { bodyOf, compare, sizeOf, type Pack, type PackPaper } from './pack';

const paper = (number: number, version = number * 10): PackPaper => ({
  paper: number, version, number: 1, title: `Tờ trình ${number}`, unit: 'Sở Tài chính', pages: 3, size: 100, copy: '', list: '', read: '',
  until: '2026-12-08T00:00:00Z', key: 'bí mật', marks: [],
});
const pack = (...papers: PackPaper[]): Pack => ({
  person: 4, name: 'meeting-7', title: 'Giao ban', address: '/meetings/7/offline/', page: '/meetings/7/', facts: [],
  sections: [{ title: '1. Giá đất', note: '', papers: papers.map((each) => each.paper) }], papers,
  marking: { keeping: '', deleting: '' }, until: '2026-12-08T00:00:00Z', key: 'bí mật',
});

test('keys are no part of what is kept', () => {
  const offered = pack(paper(1), paper(2));
  const body = bodyOf(offered, offered.papers);
  expect(JSON.stringify(body)).not.toContain('bí mật');
  expect(sizeOf(body.papers)).toBe(200);
});

test('a paper that is not offered any more is gone, the others stay', () => {
  const before = pack(paper(1), paper(2));
  const { body, gone, stale } = compare(bodyOf(before, before.papers), pack(paper(2)));
  expect([gone.map(({ paper: number }) => number), body.papers.map(({ paper: number }) => number), stale]).toEqual([[1], [2], false]);
});

test('a newer version stays to be taken; the old copy is read until then', () => {
  const before = pack(paper(1));
  const { body, gone, stale } = compare(bodyOf(before, before.papers), pack(paper(1, 11)));
  expect([body.papers.map(({ version }) => version), gone, stale]).toEqual([[10], [], true]);
});

test('a paper that came later is offered, and the agenda is the new one', () => {
  const before = pack(paper(1));
  const now = { ...pack(paper(1), paper(2)), title: 'Giao ban, giờ mới' };
  const { body, stale } = compare(bodyOf(before, before.papers), now);
  expect([body.title, body.papers.length, body.sections[0]?.papers, stale]).toEqual(['Giao ban, giờ mới', 1, [1, 2], true]);
});
