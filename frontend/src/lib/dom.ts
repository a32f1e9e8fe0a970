/** Finding and making elements without casts all over the place. */

/** The first element that matches, of the class expected; undefined when it is missing or of another class. */
export function find<T extends Element>(root: ParentNode, selector: string, type: new () => T): T | undefined {
  const found = root.querySelector(selector);
  return found instanceof type ? found : undefined;
}

/** Like `find`, for elements that the page promises: an error names the selector. */
export function must<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const found = find(root, selector, type);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** All elements that match, of the class expected. */
export function findAll<T extends Element>(root: ParentNode, selector: string, type: new () => T): T[] {
  return [...root.querySelectorAll(selector)].filter((element): element is T => element instanceof type);
}

/** An element with attributes and children; strings become text, never HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** An icon of the sprite `static/icons.svg`. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${spriteUrl()}#${name}`);
  svg.append(use);
  return svg;
}

/** Where the icon sprite lies: its name carries a hash in production. */
export function spriteUrl(): string {
  return document.body.dataset.icons ?? '/static/icons.svg';
}

/** Reads one value that the template left on `<body data-…>`. */
export function pageValue(name: string): string {
  return document.body.dataset[name] ?? '';
}

/** Runs `initialise` on the whole document now and on each piece that htmx swaps in later. */
export function onEachSwap(initialise: (root: ParentNode) => void): void {
  initialise(document);
  document.addEventListener('htmx:load', (event) => {
    if (event.target instanceof HTMLElement) initialise(event.target);
  });
}
