import type { ConfigKeyOptions } from '@millrace/api';

type Bare = Omit<ConfigKeyOptions, 'group' | 'orderInGroup' | 'displayName' | 'width'>;

/** What {@link keyGroup} adds to a key. */
export interface Arranged {
  readonly group: string;
  readonly orderInGroup: number;
  readonly width: 'medium';
  readonly displayName: string;
}

/** Puts keys under one heading, in their order; a key's name with blanks for dots is what a form shows. */
export function keyGroup<const Keys extends Readonly<Record<string, Bare>>>(
  group: string,
  keys: Keys,
): { readonly [Name in keyof Keys]: Keys[Name] & Arranged } {
  const arranged = Object.entries(keys).map(([name, key], index) => {
    const words = name.replaceAll('.', ' ');
    const displayName = words.charAt(0).toUpperCase() + words.slice(1);
    return [name, { ...key, group, orderInGroup: index + 1, width: 'medium', displayName }];
  });
  return Object.fromEntries(arranged) as { readonly [Name in keyof Keys]: Keys[Name] & Arranged };
}
