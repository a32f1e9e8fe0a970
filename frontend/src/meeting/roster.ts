/** The sites of a meeting: looked up by number, under the agencies of the tree, counted by branch. */

import type { BranchState, HostSite, SiteDetails, SiteState } from '../generated/protocol';
import { fold } from './fold';

export type Lamp = SiteDetails['lamp'];

/** One site as the screens show it: what everybody is told, and what the site board adds while it is looked at. */
export interface Site {
  id: number;
  name: string;
  kind: SiteState['kind'];
  branch: number;
  connected: boolean;
  camera: boolean;
  microphone: boolean;
  /** In a consultation room. */
  consulting: boolean;
  /** Names of those connected. */
  people: readonly string[];
  /** How many are listed as attending, and how many of them are checked in. */
  named: number;
  seated: number;
  lamp: Lamp;
}

/** An agency with the sites right under it and the branches below it. The counts are of all sites below. */
export interface Branch {
  id: number;
  name: string;
  above: Branch | undefined;
  below: Branch[];
  sites: number[];
  total: number;
  connected: number;
}

/** What one batch of changes touched. */
export interface RosterDelta {
  changed: number[];
  /** A site came or went, or the order is another: lists must be laid out again. */
  presence: boolean;
  structure: boolean;
}

/** A change of one site costs nothing that grows with the number of sites, but for the place in `present`. */
export class Roster {
  /** Branches that stand under no other. */
  readonly roots: Branch[] = [];
  /** Sites connected now, in the order of the tree. */
  readonly present: number[] = [];
  /** What the last change touched. */
  lastDelta: RosterDelta = { changed: [], presence: false, structure: false };
  private sites = new Map<number, Site>();
  private places = new Map<number, number>();
  private readonly branchOf = new Map<number, Branch>();
  private readonly folded = new Map<number, string>();

  private foreign: ReadonlyMap<number, Site> = new Map();

  constructor(branches: readonly BranchState[] = [], sites: readonly SiteState[] = []) {
    this.lay(branches, sites.map((state) => siteOf(state, undefined)));
  }

  get size(): number { return this.sites.size; }

  /** All sites in the order of the tree. */
  all(): Site[] { return [...this.sites.values()]; }

  get(id: number | null | undefined): Site | undefined {
    return id === null || id === undefined ? undefined : this.sites.get(id) ?? this.foreign.get(id);
  }

  /** Takes over what is shown of the meeting to which this one is attached: named, and none of its own sites. */
  host(sites: readonly HostSite[]): void {
    this.foreign = new Map(sites.map(({ id, name, camera, microphone }) => [id, { ...NOBODY, id, name, kind: 'branch', branch: 0, connected: true, camera, microphone, consulting: false }]));
  }

  name(id: number | null | undefined): string { return this.get(id)?.name ?? ''; }

  /** Somebody of that name is in the room (as far as the roster names people). */
  hasPerson(name: string): boolean {
    return this.present.some((id) => this.sites.get(id)?.people.includes(name));
  }

  /** All agencies over sites, in the order of the tree. */
  branches(): Branch[] { return [...this.branchOf.values()]; }

  branch(id: number): Branch | undefined { return this.branchOf.get(id); }

  /** Takes over how sites are now, and sites that are new. */
  apply(change: { marks: Record<string, string>; sites: readonly SiteState[]; branches: readonly BranchState[] }): RosterDelta {
    const delta: RosterDelta = { changed: [], presence: false, structure: false };
    if (change.sites.length) this.place(change.branches, change.sites, delta);
    for (const [key, marks] of Object.entries(change.marks)) this.mark(Number(key), marks, delta);
    return this.remember(delta);
  }

  /** Takes over what the site board is told. `whole`: sites that are not named have nobody. */
  detail(details: readonly SiteDetails[], whole: boolean): RosterDelta {
    const delta: RosterDelta = { changed: [], presence: false, structure: false };
    const told = new Set(details.map(({ id }) => id));
    if (whole) for (const site of this.sites.values()) if (!told.has(site.id)) this.put({ ...site, ...NOBODY, lamp: site.lamp }, delta);
    for (const { id, ...rest } of details) {
      const site = this.sites.get(id);
      if (site) this.put({ ...site, ...rest, lamp: rest.lamp === 'unknown' ? site.lamp : rest.lamp }, delta);
    }
    return this.remember(delta);
  }

  /** Whether the words typed are in the name of the site or of a branch over it, whatever their diacritics. */
  matches(id: number, folded: string): boolean {
    if (folded === '') return true;
    const text = this.folded.get(id) ?? '';
    return folded.split(/\s+/).every((word) => text.includes(word));
  }

  private remember(delta: RosterDelta): RosterDelta {
    this.lastDelta = delta;
    return delta;
  }

  private put(site: Site, delta: RosterDelta): void {
    this.sites.set(site.id, site);
    delta.changed.push(site.id);
  }

  private mark(id: number, marks: string, delta: RosterDelta): void {
    const before = this.sites.get(id);
    if (!before) return;
    const site = { ...before, ...flags(marks, before.lamp) };
    this.put(site, delta);
    if (before.connected === site.connected) return;
    delta.presence = true;
    this.count(site, site.connected ? 1 : -1);
    const place = this.placeInPresent(id);
    if (site.connected) this.present.splice(place, 0, id);
    else if (this.present[place] === id) this.present.splice(place, 1);
  }

  /** New sites, or the same ones elsewhere. */
  private place(branches: readonly BranchState[], states: readonly SiteState[], delta: RosterDelta): void {
    const sites = new Map(this.sites);
    for (const state of states) {
      sites.set(state.id, siteOf(state, this.sites.get(state.id)));
      delta.changed.push(state.id);
    }
    delta.structure = true;
    delta.presence = true;
    this.lay(branches, [...sites.values()]);
  }

  private lay(branches: readonly BranchState[], sites: readonly Site[]): void {
    this.roots.length = 0;
    this.present.length = 0;
    this.branchOf.clear();
    for (const { id, name, above: aboveId } of branches) {
      const above = aboveId === null ? undefined : this.branchOf.get(aboveId);
      const branch: Branch = { id, name, above, below: [], sites: [], total: 0, connected: 0 };
      this.branchOf.set(id, branch);
      (above?.below ?? this.roots).push(branch);
    }
    for (const site of sites) this.branchOf.get(site.branch)?.sites.push(site.id);
    const known = new Map(sites.map((site) => [site.id, site]));
    this.sites = new Map();
    this.places = new Map();
    for (const id of this.roots.flatMap(sitesUnder)) this.add(known.get(id));
  }

  private add(site: Site | undefined): void {
    if (!site) return;
    this.places.set(site.id, this.places.size);
    this.sites.set(site.id, site);
    const over = [...this.over(site)];
    this.folded.set(site.id, fold(`${site.name} ${over.map(({ name }) => name).join(' ')}`));
    for (const branch of over) branch.total += 1;
    if (!site.connected) return;
    this.count(site, 1);
    this.present.push(site.id);
  }

  private *over(site: Site): Iterable<Branch> {
    for (let branch = this.branchOf.get(site.branch); branch; branch = branch.above) yield branch;
  }

  private count(site: Site, change: number): void {
    for (const branch of this.over(site)) branch.connected += change;
  }

  /** Where the site stands, or would stand, among those present (binary search). */
  private placeInPresent(id: number): number {
    const wanted = this.places.get(id) ?? 0;
    let low = 0;
    let high = this.present.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.places.get(this.present[middle] ?? 0) ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NOBODY = { people: [], named: 0, seated: 0, lamp: 'unknown' as const };

/** Sites of a branch and of all branches below it, top down. */
export function sitesUnder(branch: Branch): number[] {
  return [...branch.sites, ...branch.below.flatMap(sitesUnder)];
}

function flags(marks: string, before: Lamp): Pick<Site, 'connected' | 'camera' | 'microphone' | 'consulting' | 'lamp'> {
  return { connected: marks.includes('c'), camera: marks.includes('v'), microphone: marks.includes('m'), consulting: marks.includes('h'), lamp: lampOf(marks, before) };
}

/** Everybody is told of weak lines; of good ones only that they are weak no longer. */
function lampOf(marks: string, before: Lamp): Lamp {
  if (!marks) return 'unknown';
  if (marks.includes('b')) return 'bad';
  if (marks.includes('w')) return 'weak';
  return before === 'unknown' ? 'unknown' : 'good';
}

function siteOf({ id, name, kind, branch, marks }: SiteState, before: Site | undefined): Site {
  return { ...NOBODY, ...before, id, name, kind, branch, ...flags(marks, before?.lamp ?? 'unknown') };
}
