/** What the template tells the room page (`{{ config|json_script:"room-config" }}`). */

import type { RecordingState } from '../generated/protocol';
import type { RoleName } from './roles';

/** A site that I may represent, and as what I would sit there. */
export interface Seat {
  id: number;
  name: string;
  role: RoleName;
  /** I may send picture and sound there. */
  uplink: boolean;
  /** It has a room with a screen of its own. */
  shared: boolean;
  phone: string;
}

export interface RoomConfig {
  meeting: number;
  title: string;
  starts_at: string;
  /** When the door opens; null: it is open. */
  opens_at: string | null;
  sites: Seat[];
  /** Whom to call when picture or sound fails. */
  help_phone: string;
  /** Path of the WebSocket. */
  socket: string;
  me: { id: number; name: string };
  urls: {
    meeting: string;
    conclusions_panel: string | null;
    /** Who spoke how long, as a part of a page. */
    speaking_times: string;
    /** `{request}` stands for the request to speak; null for who may not read texts sent beforehand. */
    speech_statement: string | null;
    /** `{pk}` stands for the site. */
    site_people: string;
    attendance_panel: string;
    /** `{poll}` stands for the poll: its page, calling it off, who is missing. */
    poll: string;
    poll_annul: string;
    poll_desk: string;
    /** The site board: as a page of its own, whom to call (JSON), and the list of missing sites to print. */
    board: string;
    /** The second screen, for a television in the hall. */
    display: string;
    contacts: string;
    missing: string;
    /** `{version}` stands for the paper version. */
    paper_file: string;
    /** `{version}` and `{page}` stand for the paper version and the page. */
    paper_image: string;
    /** Told which page is read. */
    paper_reading: string;
    /** Where my own marks on a paper version are kept. */
    paper_marking: string;
  };
  /** Days that chat is kept; 0: until the meeting is over. */
  chat_days: number;
  /** The recording that runs already. */
  recording: RecordingState | null;
  /** Test settings: failures may be asked for, and the room shows itself to tests. */
  simulate: boolean;
}

/** Reads the configuration of this page. */
export function readConfig(): RoomConfig {
  const element = document.getElementById('room-config');
  if (!element?.textContent) throw new Error('The page has no room-config.');
  return JSON.parse(element.textContent) as RoomConfig;
}

/** A URL template of the configuration with its places filled in. */
export function fill(template: string, values: Record<string, number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
