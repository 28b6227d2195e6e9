/**
 * Says whether a class can be loaded: gives the full name of the class that a name or an alias stands for, or null when there is none.
 * The worker supplies one that knows its plug-ins.
 */
export type ClassResolver = (name: string) => string | null;

/** Takes every name but the empty one, for code that only wants the name. */
export const anyClass: ClassResolver = (name) => (name === '' ? null : name);
