import { beforeEach, expect, test, vi } from 'vitest';

import { remember } from '../lib/memory';
import { Look } from './look';

const host = (alone: boolean) => ({ alone, requestUpdate: () => undefined });

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  remember('localStorage', 'reader-look', { two: true, dark: true });
});

test('who reads alone finds pages as they like them', () => {
  const look = new Look(host(true), () => undefined);
  expect([look.two, look.dark, look.step]).toEqual([true, true, 2]);
});

test('in the room pages lie alike for everybody, whatever one is used to', () => {
  const look = new Look(host(false), () => undefined);
  expect([look.two, look.dark, look.step]).toEqual([false, false, 1]);
});
