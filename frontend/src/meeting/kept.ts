/** What is half-written in the room's panels comes back after a reload. It lies in this tab, under the person's number. */

import { noChange } from 'lit';
import { Directive, PartType, directive, type ElementPart, type PartInfo } from 'lit/directive.js';

import { restore, valuesOf, type Draft } from '../lib/drafts';
import { forget, recall, remember } from '../lib/memory';

/** One thing that is kept. */
export interface Keep<Value> {
  read(): Value | undefined;
  write(value: Value): void;
}

export class Keeper {
  private readonly prefix: string;

  constructor(meeting: number, person: number) {
    this.prefix = `eoffice-room-${meeting}-${person}:`;
  }

  of<Value>(name: string): Keep<Value> {
    const key = this.prefix + name;
    return { read: () => recall<Value>('sessionStorage', key), write: (value) => remember('sessionStorage', key, value) };
  }

  has(name: string): boolean { return this.of(name).read() !== undefined; }

  forget(name: string): void { forget('sessionStorage', this.prefix + name); }
}

/**
 * Keeps the named fields of a form as they are typed, unless `name` is empty. The form's own code calls `keeper.forget` once
 * they are sent.
 */
class KeptForm extends Directive {
  private following: Element | undefined;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('kept() stands on a form.');
  }

  override render(_keeper: Keeper, _name: string): typeof noChange { return noChange; }

  override update({ element }: ElementPart, [keeper, name]: Parameters<this['render']>): typeof noChange {
    if (name && this.following !== element && element instanceof HTMLFormElement) {
      this.following = element;
      queueMicrotask(() => follow(element, keeper.of<Draft>(name))); // when its fields are drawn
    }
    return noChange;
  }
}

function follow(form: HTMLFormElement, keep: Keep<Draft>): void {
  const draft = keep.read();
  if (draft) restore(form, draft);
  form.addEventListener('input', () => keep.write(valuesOf(form)));
  form.addEventListener('change', (event) => { if (event.isTrusted) keep.write(valuesOf(form)); });
}

export const kept = directive(KeptForm);
