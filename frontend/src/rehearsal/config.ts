/** What the template tells the test's page (`{{ config|json_script:"line-test-config" }}`), and what the machine remembers. */

import type { IceServer, LineTestPlan } from '../generated/protocol';
import { recall, remember } from '../lib/memory';
import { newKey } from '../lib/uuid';
import { browserName } from './equipment';
import type { CheckName, Finding } from './findings';
import type { LastRun } from './schedule';

export interface TestConfig {
  site: number;
  /** Path of the echo socket. */
  socket: string;
  urls: { offer: string; bytes: string; report: string; plan: string };
  ice_servers: IceServer[];
  names: Record<CheckName, string>;
  /** Check → reason → what was found, and what to do. */
  words: Record<CheckName, Record<string, [string, string]>>;
  plan: LineTestPlan;
}

export function readTestConfig(): TestConfig {
  const element = document.getElementById('line-test-config');
  if (!element?.textContent) throw new Error('The page has no line-test-config.');
  return JSON.parse(element.textContent) as TestConfig;
}

/** A finding in words, and what to do. */
export function wordsOf(config: TestConfig, { check_name, reason }: Finding): [string, string] {
  const known = config.words[check_name];
  return known[reason] ?? known[''] ?? ['', ''];
}

const MACHINE = 'eoffice-machine';
const LABEL = 'eoffice-machine-label';

let key: string | undefined;

/** This browser profile: another machine, or another browser on it, is another one. */
export function machine(): string {
  key ??= recall<string>('localStorage', MACHINE) ?? newKey();
  remember('localStorage', MACHINE, key);
  return key;
}

export function machineLabel(): string {
  return recall<string>('localStorage', LABEL) || browserName(navigator.userAgent);
}

export function nameMachine(label: string): void {
  remember('localStorage', LABEL, label.trim().slice(0, 120));
}

const lastKey = (site: number) => `eoffice-line-test-${site}`;

export function lastRun(site: number): LastRun | undefined {
  return recall<LastRun>('localStorage', lastKey(site));
}

export function rememberRun(site: number, run: LastRun): void {
  remember('localStorage', lastKey(site), run);
}
