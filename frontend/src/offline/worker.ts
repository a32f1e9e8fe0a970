/**
 * The service worker of /offline/: it answers for that page and for what the page is made of, and for nothing else. What it
 * gives belongs to one build; a newer worker waits until no page of the older one is open. `packing` is written before
 * this program (documents/offline_shell.py).
 */

interface Packing { version: string; page: string; assets: string[] }

interface Waiting extends Event { waitUntil(work: Promise<unknown>): void }

interface Fetching extends Event { request: Request; respondWith(answer: Promise<Response>): void }

const worker = globalThis as unknown as { packing: Packing; addEventListener(type: string, hear: (event: never) => void): void };
const { packing } = worker;
const PREFIX = 'offline-';
const name = PREFIX + packing.version;

async function take(): Promise<void> {
  const cache = await caches.open(name);
  await cache.add(new Request(packing.page, { cache: 'reload', credentials: 'same-origin' }));
  await cache.addAll(packing.assets);
}

async function leaveOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((other) => other.startsWith(PREFIX) && other !== name).map((other) => caches.delete(other)));
}

async function kept(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(request);
}

worker.addEventListener('install', (event: Waiting) => event.waitUntil(take()));
worker.addEventListener('activate', (event: Waiting) => event.waitUntil(leaveOlder()));
worker.addEventListener('fetch', (event: Fetching) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && pathname === packing.page) event.respondWith(kept(packing.page, request));
  else if (packing.assets.includes(pathname)) event.respondWith(kept(pathname, request));
});

export {};
