import { describe, expect, it } from 'vitest';

import { exampleSite } from './example';
import { fold } from './fold';
import { Roster, type Branch } from './roster';

const BRANCHES = [
  { id: 90, name: 'UBND thành phố', above: null },
  { id: 91, name: 'Quận Đống Đa', above: 90 },
  { id: 92, name: 'Quận Ba Đình', above: 90 },
];
const sites = () => [
  exampleSite(1, { kind: 'main', branch: 90 }), exampleSite(2, { branch: 91 }), exampleSite(3, { branch: 91, marks: '' }),
  exampleSite(4, { branch: 92 }),
];
const nothing = { marks: {}, sites: [], branches: [] };
const counts = (branch: Branch | undefined) => `${branch?.connected}/${branch?.total}`;

describe('the roster', () => {
  it('counts who is present by branch, with all below', () => {
    const roster = new Roster(BRANCHES, sites());
    expect(BRANCHES.map(({ id }) => counts(roster.branch(id)))).toEqual(['3/4', '1/2', '1/1']);
    roster.apply({ ...nothing, marks: { 3: 'c', 4: '' } });
    expect(BRANCHES.map(({ id }) => counts(roster.branch(id)))).toEqual(['3/4', '2/2', '0/1']);
  });

  it('keeps those present in the order of the tree when they come and go', () => {
    const roster = new Roster(BRANCHES, sites());
    roster.apply({ ...nothing, marks: { 3: 'c' } });
    expect(roster.present).toEqual([1, 2, 3, 4]);
    roster.apply({ ...nothing, marks: { 2: '' } });
    expect(roster.present).toEqual([1, 3, 4]);
  });

  it('says whether lists must be laid out again', () => {
    const roster = new Roster(BRANCHES, sites());
    expect(roster.apply({ ...nothing, marks: { 2: 'cvm' } })).toEqual({ changed: [2], presence: false, structure: false });
    expect(roster.apply({ ...nothing, marks: { 2: '' } }).presence).toBe(true);
    expect(roster.apply({ marks: {}, sites: [exampleSite(8, { branch: 92 })], branches: BRANCHES }).structure).toBe(true);
  });

  it('takes in new sites and branches and keeps what it knew of the others', () => {
    const roster = new Roster(BRANCHES, sites());
    roster.detail([{ id: 2, people: ['Bà Lan'], named: 3, seated: 1, lamp: 'weak' }], true);
    roster.apply({ marks: {}, sites: [exampleSite(8, { branch: 93 })], branches: [...BRANCHES, { id: 93, name: 'Huyện Ba Vì', above: 90 }] });
    expect([roster.get(2)?.people, roster.get(2)?.lamp, roster.name(8)]).toEqual([['Bà Lan'], 'weak', 'UBND phường 8']);
    expect([counts(roster.branch(90)), counts(roster.branch(93))]).toEqual(['4/5', '1/1']);
  });

  it('learns who is where only while the board is looked at', () => {
    const roster = new Roster(BRANCHES, sites());
    roster.detail([{ id: 2, people: ['Bà Lan'], named: 3, seated: 1, lamp: 'good' }], true);
    roster.detail([{ id: 4, people: ['Ông Bình'], named: 1, seated: 1, lamp: 'bad' }], true);
    expect([roster.get(2)?.people, roster.get(4)?.lamp]).toEqual([[], 'bad']);
  });

  it('knows weak lines from the marks, and good ones from the board', () => {
    const roster = new Roster(BRANCHES, sites());
    const lamp = (marks: string) => { roster.apply({ ...nothing, marks: { 2: marks } }); return roster.get(2)?.lamp; };
    expect([lamp('c'), lamp('cvw'), lamp('cv'), lamp('cvb'), lamp('')]).toEqual(['unknown', 'weak', 'good', 'bad', 'unknown']);
    roster.detail([{ id: 2, people: [], named: 0, seated: 0, lamp: 'good' }], true);
    expect(roster.get(2)?.lamp).toBe('good');
  });

  it('is searched without diacritics, in names of sites and of branches over them', () => {
    const roster = new Roster(BRANCHES, [exampleSite(2, { name: 'Phường Văn Chương', branch: 91 })]);
    expect(roster.matches(2, fold('van chuong'))).toBe(true);
    expect(roster.matches(2, fold('ĐỐNG đa'.normalize('NFD')))).toBe(true);
    expect(roster.matches(2, fold('chuong dong'))).toBe(true);
    expect(roster.matches(2, fold('Ba Đình'))).toBe(false);
  });
});
