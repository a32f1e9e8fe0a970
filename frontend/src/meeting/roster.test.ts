import { describe, expect, it } from 'vitest';

import { exampleSite } from './example';
import { fold } from './fold';
import { Roster } from './roster';

const sites = () => [exampleSite(1, { branch: 'Thành phố' }), ...[2, 3, 4].map((id) => exampleSite(id, { connected: id !== 3 }))];

describe('the roster', () => {
  it('counts who is present by branch', () => {
    const roster = new Roster(sites());
    expect(roster.branches.map(({ name, connected, sites: all }) => [name, connected, all.length]))
      .toEqual([['Thành phố', 1, 1], ['Khối phường, xã', 2, 3]]);
  });

  it('keeps those present in the order of the tree when they come and go', () => {
    const roster = new Roster(sites());
    roster.apply([exampleSite(3)]);
    expect(roster.present).toEqual([1, 2, 3, 4]);
    roster.apply([exampleSite(2, { connected: false })]);
    expect(roster.present).toEqual([1, 3, 4]);
    expect(roster.branches[1]?.connected).toBe(2);
  });

  it('says whether lists must be laid out again', () => {
    const roster = new Roster(sites());
    expect(roster.apply([exampleSite(2, { microphone: true })])).toEqual({ changed: [2], presence: false, structure: false });
    expect(roster.apply([exampleSite(2, { connected: false })]).presence).toBe(true);
    expect(roster.apply([exampleSite(8)]).structure).toBe(true);
  });

  it('moves a site to another branch with its count', () => {
    const roster = new Roster(sites());
    roster.apply([exampleSite(2, { branch: 'Thành phố' })]);
    expect(roster.branches.map(({ connected, sites: all }) => [connected, all.length])).toEqual([[2, 2], [1, 2]]);
  });

  it('is searched without diacritics', () => {
    const roster = new Roster([exampleSite(1, { name: 'UBND phường Đống Đa' })]);
    expect(roster.matches(1, fold('dong da'))).toBe(true);
    expect(roster.matches(1, fold('ĐỐNG'.normalize('NFD')))).toBe(true);
    expect(roster.matches(1, fold('Ba Đình'))).toBe(false);
  });
});
