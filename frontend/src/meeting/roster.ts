/** The sites of a meeting: looked up by number, in the order of the agency tree, counted by branch. */

import type { SiteState } from '../generated/protocol';
import { fold } from './fold';

/** One heading of the roster with the sites under it. */
export interface Branch {
  name: string;
  sites: number[];
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
  readonly branches: Branch[] = [];
  /** Sites connected now, in the order of the tree. */
  readonly present: number[] = [];
  /** What the last `apply` touched. */
  lastDelta: RosterDelta = { changed: [], presence: false, structure: false };
  private readonly sites = new Map<number, SiteState>();
  private readonly places = new Map<number, number>();
  private readonly branchOf = new Map<string, Branch>();
  private readonly folded = new Map<number, string>();

  constructor(sites: readonly SiteState[] = []) {
    for (const site of sites) this.add(site);
  }

  get size(): number { return this.sites.size; }

  get(id: number | null | undefined): SiteState | undefined {
    return id === null || id === undefined ? undefined : this.sites.get(id);
  }

  name(id: number | null | undefined): string { return this.get(id)?.name ?? ''; }

  /** Takes over sites that are not as they were. */
  apply(sites: readonly SiteState[]): RosterDelta {
    const delta: RosterDelta = { changed: [], presence: false, structure: false };
    for (const site of sites) {
      const before = this.sites.get(site.id);
      delta.changed.push(site.id);
      if (!before) {
        this.add(site);
        delta.structure = true;
      } else this.replace(before, site, delta);
      if ((before?.connected ?? false) !== site.connected) delta.presence = true;
    }
    this.lastDelta = delta;
    return delta;
  }

  /** Whether the site's name contains the words typed, whatever their diacritics. */
  matches(id: number, folded: string): boolean {
    return folded === '' || (this.folded.get(id) ?? '').includes(folded);
  }

  private add(site: SiteState): void {
    this.places.set(site.id, this.places.size);
    this.sites.set(site.id, site);
    this.folded.set(site.id, fold(`${site.name} ${site.branch}`));
    this.branch(site.branch).sites.push(site.id);
    if (site.connected) this.arrive(site);
  }

  private replace(before: SiteState, site: SiteState, delta: RosterDelta): void {
    this.sites.set(site.id, site);
    const moved = before.branch !== site.branch;
    if (before.connected && (moved || !site.connected)) this.depart(before);
    if (moved) {
      const old = this.branch(before.branch).sites;
      old.splice(old.indexOf(site.id), 1);
      this.branch(site.branch).sites.push(site.id);
      delta.structure = true;
    }
    if (site.connected && (moved || !before.connected)) this.arrive(site);
    if (moved || before.name !== site.name) this.folded.set(site.id, fold(`${site.name} ${site.branch}`));
  }

  private branch(name: string): Branch {
    let branch = this.branchOf.get(name);
    if (!branch) {
      branch = { name, sites: [], connected: 0 };
      this.branchOf.set(name, branch);
      this.branches.push(branch);
    }
    return branch;
  }

  private arrive(site: SiteState): void {
    this.branch(site.branch).connected += 1;
    this.present.splice(this.placeInPresent(site.id), 0, site.id);
  }

  private depart(site: SiteState): void {
    this.branch(site.branch).connected -= 1;
    const place = this.placeInPresent(site.id);
    if (this.present[place] === site.id) this.present.splice(place, 1);
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
