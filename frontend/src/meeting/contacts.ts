/** Whom to call at a site, and how its line test went: fetched when somebody needs it, for those who may see it. No DOM. */

import { getJson } from '../lib/http';
import { t } from '../lib/i18n';
import type { Roster } from './roster';

/** As `meetings.contacts.Contact`. */
export interface Contact {
  name: string;
  title: string;
  phone: string;
}

export interface SiteContacts {
  /** What its line test found: as `meetings.readiness.State`, in words, and why. */
  tested: { state: 'ready' | 'problem' | 'retest' | 'untested'; label: string; why: string };
  room: string;
  phone: string;
  people: Contact[];
}

/** So long what was fetched is shown; line tests go on until the meeting, and during it. */
const FRESH_MS = 60_000;

export class Contacts {
  private fetchedAt = 0;
  private known: Record<string, SiteContacts> | undefined;
  private coming: Promise<void> | undefined;

  constructor(private readonly url: string, private readonly onChange: () => void) {}

  of(site: number): SiteContacts | undefined { return this.known?.[site]; }

  /** Fetches them, unless that was a moment ago. */
  async fetch(): Promise<void> {
    if (this.known && Date.now() - this.fetchedAt < FRESH_MS) return;
    this.coming ??= getJson<{ sites: Record<string, SiteContacts> }>(this.url).then(({ sites }) => {
      this.known = sites;
      this.fetchedAt = Date.now();
    });
    try {
      await this.coming;
    } finally {
      this.coming = undefined;
      this.onChange();
    }
  }

  /** The best number of a site: its own, else of the first person who has one. */
  phone(site: number): string {
    const found = this.of(site);
    return found?.phone || found?.people.find(({ phone }) => phone)?.phone || '';
  }

  /** Sites as lines to paste elsewhere. */
  asText(sites: readonly number[], roster: Roster): string {
    return sites.map((id) => {
      const { phone, people = [] } = this.of(id) ?? {};
      const callable = people.map(({ name, title, phone: own }) => [name, title && `(${title})`, own].filter(Boolean).join(' '));
      return [roster.name(id), phone || t('chưa có số điện thoại'), ...callable].join('\t');
    }).join('\n');
  }
}

/** How a site's line test went, in words. */
export function testedWords({ label, why }: SiteContacts['tested']): string {
  return t('Kiểm tra trước: {state}', { state: why ? `${label} (${why})` : label });
}

/** A `tel:` address from a number as people write it. */
export function telUrl(phone: string): string {
  return `tel:${phone.replace(/[^\d+*#]/g, '')}`;
}
