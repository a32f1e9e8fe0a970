import { describe, expect, it } from 'vitest';

import { boardRows, moved, parentRow, visibleRows, type Choice } from './board-rows';
import { exampleSite } from './example';
import { fold } from './fold';
import { Roster } from './roster';

const BRANCHES = [
  { id: 90, name: 'UBND thành phố', above: null },
  { id: 91, name: 'Quận Đống Đa', above: 90 },
  { id: 92, name: 'Quận Ba Đình', above: 90 },
];
const roster = () => new Roster(BRANCHES, [
  exampleSite(1, { kind: 'main', branch: 90, name: 'UBND thành phố' }), exampleSite(2, { branch: 91, name: 'Phường Láng' }),
  exampleSite(3, { branch: 91, marks: '', name: 'Phường Ô Chợ Dừa' }), exampleSite(4, { branch: 92, name: 'Phường Ngọc Hà' }),
]);
const EVERYTHING: Choice = { words: '', show: 'all', closed: new Set(), asking: new Set() };
const drawn = (choice: Partial<Choice>) => boardRows(roster(), { ...EVERYTHING, ...choice }).map(({ kind, id, level }) => `${level}${kind[0]}${id}`);

describe('the site board', () => {
  it('lists branches with their sites, to any depth', () => {
    expect(drawn({})).toEqual(['1b90', '2s1', '2b91', '3s2', '3s3', '2b92', '3s4']);
  });

  it('leaves out what stands under a closed branch', () => {
    expect(drawn({ closed: new Set([91]) })).toEqual(['1b90', '2s1', '2b91', '2b92', '3s4']);
    expect(drawn({ closed: new Set([90]) })).toEqual(['1b90']);
  });

  it('finds sites and whole branches without diacritics, also in closed branches', () => {
    expect(drawn({ words: fold('o cho'), closed: new Set([90]) })).toEqual(['1b90', '2b91', '3s3']);
    expect(drawn({ words: fold('dong da') })).toEqual(['1b90', '2b91', '3s2', '3s3']);
    expect(drawn({ words: 'zzz' })).toEqual([]);
  });

  it('lists those missing, on weak lines, asking to speak', () => {
    expect(drawn({ show: 'missing' })).toEqual(['1b90', '2b91', '3s3']);
    expect(drawn({ show: 'asking', asking: new Set([4]) })).toEqual(['1b90', '2b92', '3s4']);
    const sites = roster();
    sites.detail([{ id: 2, people: [], named: 0, seated: 0, lamp: 'weak' }], false);
    expect(boardRows(sites, { ...EVERYTHING, show: 'weak' }).filter(({ kind }) => kind === 'site').map(({ id }) => id)).toEqual([2]);
  });

  it('says where each row stands among its brothers', () => {
    const rows = boardRows(roster(), EVERYTHING);
    expect(rows.filter(({ level }) => level === 2).map(({ place, of }) => [place, of])).toEqual([[1, 3], [2, 3], [3, 3]]);
  });
});

describe('its rows on screen', () => {
  it('are as many as fit, however many there are', () => {
    expect(visibleRows(0, 500, 50, 700)).toEqual({ first: 0, count: 14 });
    expect(visibleRows(10_000, 500, 50, 700)).toEqual({ first: 196, count: 18 });
    expect(visibleRows(90_000, 500, 50, 10)).toEqual({ first: 6, count: 4 });
    expect(visibleRows(0, 500, 50, 0)).toEqual({ first: 0, count: 0 });
  });

  it('are reached by keys', () => {
    const rows = boardRows(roster(), EVERYTHING);
    expect(['ArrowDown', 'End', 'Home', 'PageDown'].map((key) => moved(rows, 1, key, 3))).toEqual([2, 6, 0, 4]);
    expect(moved(rows, 0, 'x', 3)).toBeUndefined();
    expect(parentRow(rows, 4)).toBe(2);
    expect(parentRow(rows, 0)).toBe(0);
  });
});
