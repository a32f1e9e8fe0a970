/** What the room tells its page, and what it is told on entering. */

import type { UserError } from '../lib/http';
import type { Announcement } from './announce';

export interface RoomEvents {
  announce(announcement: Announcement): void;
  /** Something did not work: said in words. */
  complain(error: UserError): void;
}

export interface Entry {
  site: number | null;
  carryMedia: boolean;
  camera: boolean;
  microphone: boolean;
}
