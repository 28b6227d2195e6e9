import type { Generator } from './generator.ts';
import { itemGenerator } from './items.ts';
import { orderGenerator } from './orders.ts';

/** The generators by the name that `quickstart` takes. */
export const generators = { items: itemGenerator, orders: orderGenerator } as const satisfies Readonly<Record<string, Generator>>;

export type GeneratorName = keyof typeof generators;

export const generatorNames: readonly GeneratorName[] = ['items', 'orders'];

/** Null for an unknown name. */
export function generatorOf(name: unknown): Generator | null {
  return generatorNames.includes(name as GeneratorName) ? generators[name as GeneratorName] : null;
}
