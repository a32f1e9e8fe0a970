import { describe, expect, it } from 'vitest';

import { assignSlots, pageSize, samePlace, wallPage } from './wall';

describe('the wall', () => {
  it.each([[390, 2], [900, 4], [1280, 5], [2560, 5]])('shows at %i px %i tiles', (width, size) => {
    expect(pageSize(width)).toBe(size);
  });

  it('shows more where nothing else is shown', () => {
    expect([pageSize(2560, true), pageSize(390, true)]).toEqual([9, 2]);
  });

  it('keeps in sight who stood first when a page holds fewer', () => {
    expect(wallPage([1, 2, 3, 4, 5, 6, 7, 8], new Set(), 3, samePlace(1, 5, 3)).sites).toContain(6);
  });

  it('comes back to the last page when sites leave', () => {
    expect(wallPage([1, 2, 3], new Set(), 2, 5)).toEqual({ sites: [3], page: 1, pages: 2 });
    expect(wallPage([], new Set(), 2, 1)).toEqual({ sites: [], page: 0, pages: 1 });
  });

  it('leaves my own site out', () => {
    expect(wallPage([1, 2, 3], new Set([2]), 9, 0).sites).toEqual([1, 3]);
  });

  it('lets a site keep its slot when others come and go', () => {
    const slots = ['wall0', 'wall1', 'wall2', 'wall3'] as const;
    const first = assignSlots(new Map(), [5, 6, 7], slots);
    expect([...first]).toEqual([[5, 'wall0'], [6, 'wall1'], [7, 'wall2']]);
    const second = assignSlots(first, [6, 7, 8], slots);
    expect([second.get(6), second.get(7), second.get(8)]).toEqual(['wall1', 'wall2', 'wall0']);
  });
});
