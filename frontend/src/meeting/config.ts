/** What the template tells the room page (`{{ config|json_script:"room-config" }}`). */

export interface RoomConfig {
  meeting: number;
  title: string;
  starts_at: string;
  sites: { id: number; name: string }[];
  /** Path of the WebSocket. */
  socket: string;
  me: { id: number; name: string };
  urls: {
    meeting: string;
    conclusions_panel: string | null;
    /** `{version}` stands for the paper version. */
    paper_file: string;
    /** `{version}` and `{page}` stand for the paper version and the page. */
    paper_image: string;
    /** Told which page is read. */
    paper_reading: string;
  };
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
