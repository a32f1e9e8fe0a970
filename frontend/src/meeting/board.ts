/** What this tab knows of the site board: whether anybody looks at it, and whom to call at a site. No DOM. */

import { UserError } from '../lib/http';
import { t } from '../lib/i18n';
import type { Announcement } from './announce';
import { Contacts } from './contacts';
import type { Intent } from './signalling';
import type { RoomState } from './store';

export interface BoardOptions {
  state(): RoomState;
  tell(message: Intent): boolean;
  contactsUrl: string;
  announce(announcement: Announcement): void;
  complain(error: unknown): void;
  onContacts(): void;
}

export class Board {
  readonly contacts: Contacts;
  private readonly lookers = new Set<unknown>();

  constructor(private readonly options: BoardOptions) {
    this.contacts = new Contacts(options.contactsUrl, () => options.onContacts());
  }

  /** This person is told how good lines are and whom to call: as the server's `Session.sees_lines`. */
  get seesLines(): boolean {
    const { rights, me, mainSite } = this.options.state();
    return rights.chair || rights.admit || rights.direct || (rights.role === 'technician' && me.site === mainSite);
  }

  /** A board is on screen, or no longer: only then the server tells who is where. */
  follow(looker: unknown, on: boolean): void {
    const before = this.lookers.size > 0;
    if (on) this.lookers.add(looker);
    else this.lookers.delete(looker);
    if (before !== this.lookers.size > 0) this.options.tell({ type: 'board.follow', on: !before });
  }

  /** A full copy of the room came, without the board. */
  entered(): void {
    if (this.lookers.size > 0) this.options.tell({ type: 'board.follow', on: true });
  }

  async fetchContacts(): Promise<void> {
    if (!this.seesLines) return;
    try {
      await this.contacts.fetch();
    } catch (error) {
      this.options.complain(error);
    }
  }

  /** Copies names and numbers of `sites`, a line each. */
  async copyContacts(sites: readonly number[]): Promise<void> {
    await this.fetchContacts();
    await this.copy(this.contacts.asText(sites, this.options.state().roster));
  }

  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.options.announce({ text: t('Đã chép.'), toast: true });
    } catch {
      this.options.complain(new UserError('not-copied', t('Trình duyệt không cho chép.'), t('Bôi đen rồi bấm Ctrl+C.')));
    }
  }
}
