import { describe, expect, it } from 'vitest';

import { assignSlots, pageSize, wallPage } from './wall';

describe('the wall', () => {
  it.each([[390, 2], [900, 4], [1280, 6], [2560, 9]])('shows at %i px %i tiles', (width, size) => {
    expect(pageSize(width)).toBe(size);
  });

  it('comes back to the last page when sites leave', () => {
    expect(wallPage([1, 2, 3], new Set(), 2, 5)).toEqual({ sites: [3], page: 1, pages: 2 });
    expect(wallPage([], new Set(), 2, 1)).toEqual({ sites: [], page: 0, pages: 1 });
  });

  it('leaves my own site out', () => {
    expect(wallPage([1, 2, 3], new Set([2]), 9, 0).sites).toEqual([1, 3]);
  });

  it('lets a site keep its slot when others come and go', () => {
    const first = assignSlots(new Map(), [5, 6, 7]);
    expect([...first]).toEqual([[5, 'wall0'], [6, 'wall1'], [7, 'wall2']]);
    const second = assignSlots(first, [6, 7, 8]);
    expect([second.get(6), second.get(7), second.get(8)]).toEqual(['wall1', 'wall2', 'wall0']);
  });
});
