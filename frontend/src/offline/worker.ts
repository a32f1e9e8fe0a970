/**
 * The service worker: it gives the page /offline/ and what that is made of, and leads there from whatever page of the site is
 * asked for while the network is away. No other page ever comes from it. What it gives belongs to one build; a newer worker
 * waits until no page of the older one is open. `packing` is written before this program (documents/offline_shell.py).
 */

interface Packing { version: string; page: string; assets: string[] }

interface Waiting extends Event { waitUntil(work: Promise<unknown>): void }

interface Fetching extends Event {
  request: Request;
  clientId: string;
  preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}

interface Scope {
  packing: Packing;
  clients: { get(id: string): Promise<{ url: string } | undefined> };
  registration: { navigationPreload?: { enable(): Promise<void> } };
  addEventListener(type: string, hear: (event: never) => void): void;
}

const worker = globalThis as unknown as Scope;
const { packing } = worker;
const PREFIX = 'offline-';
const name = PREFIX + packing.version;

async function take(): Promise<void> {
  const cache = await caches.open(name);
  await cache.add(new Request(packing.page, { cache: 'reload', credentials: 'same-origin' }));
  await cache.addAll(packing.assets);
}

async function begin(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((other) => other.startsWith(PREFIX) && other !== name).map((other) => caches.delete(other)));
  await worker.registration.navigationPreload?.enable();
}

async function kept(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(request);
}

/** Parts are for the kept page and its workers; other pages take theirs from the server, which may have another build. */
async function part({ request, clientId }: Fetching, pathname: string): Promise<Response> {
  const asking = await worker.clients.get(clientId);
  const from = asking ? new URL(asking.url).pathname : packing.page; // some browsers do not name a page's own workers
  return from === packing.page || packing.assets.includes(from) ? kept(pathname, request) : fetch(request);
}

/** The server's answer, whatever it is; without network the way to what is kept. */
async function led({ request, preloadResponse }: Fetching): Promise<Response> {
  try {
    return (await preloadResponse) ?? (await fetch(request));
  } catch {
    return Response.redirect(packing.page);
  }
}

worker.addEventListener('install', (event: Waiting) => event.waitUntil(take()));
worker.addEventListener('activate', (event: Waiting) => event.waitUntil(begin()));
worker.addEventListener('fetch', (event: Fetching) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && pathname === packing.page) event.respondWith(kept(packing.page, request));
  else if (request.mode === 'navigate' && request.destination === 'document') event.respondWith(led(event));
  else if (packing.assets.includes(pathname)) event.respondWith(part(event, pathname));
});

export {};
