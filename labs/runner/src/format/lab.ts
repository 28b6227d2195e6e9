/** The sections of a lab's README, in their order. */
export const sectionNames = ['Goal', 'Picture', 'Start', 'Create', 'See', 'Break', 'Learn', 'Clean', 'Troubleshoot'] as const;

export type SectionName = (typeof sectionNames)[number];

/** Where the systems of a lab can come from. */
export const profileNames = ['local', 'docker', 'event-streams'] as const;

export type ProfileName = (typeof profileNames)[number];

/** The profiles that this runner can start; a lab may document others for people who start them by hand. */
export const runnableProfiles: readonly ProfileName[] = ['local'];

/** Systems that the local profile starts. */
export const serviceNames = ['kafka', 'postgres'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** How an expected output is compared: line by line in order, in any order, or as a JSON value a line. */
export const matchNames = ['lines', 'unordered', 'json'] as const;

export type MatchName = (typeof matchNames)[number];

/** What a command has to print. */
export interface Expectation {
  /** Line of the README on which the first expected line stands; that of the command when it has to print nothing. */
  readonly line: number;
  readonly lines: readonly string[];
  readonly match: MatchName;
}

/** Text for a person, as it stands in the README. */
export interface Prose {
  readonly kind: 'prose';
  readonly text: string;
}

/** A file that a person saves. */
export interface FileStep {
  readonly kind: 'file';
  readonly line: number;
  readonly name: string;
  readonly text: string;
}

/** Commands that a person types at once. */
export interface RunStep {
  readonly kind: 'run';
  /** Line of the first command. */
  readonly line: number;
  readonly command: string;
  /** The exit code that the first failing command has to have; 0: all succeed. */
  readonly exitCode: number;
  /** For how long, in milliseconds, the commands are repeated until they print what is expected; null: they run once. */
  readonly waitMs: number | null;
  /** The only profile in which the step is taken; null: in all. */
  readonly profile: ProfileName | null;
  readonly expected: Expectation;
}

export type Part = Prose | FileStep | RunStep;

export interface Section {
  readonly name: SectionName;
  readonly line: number;
  /** The heading, such as `See: rows become records`. */
  readonly heading: string;
  readonly parts: readonly Part[];
}

/** What the front matter says. */
export interface LabFacts {
  /** Name of the lab's folder. */
  readonly name: string;
  /** Such as `10 min`. */
  readonly time: string;
  /** The system that records come from, for people. */
  readonly from: string;
  /** The system that they go to. */
  readonly to: string;
  readonly services: readonly ServiceName[];
  /** Packages of the connectors, as a person would install them. */
  readonly connectors: readonly string[];
  /** What each profile of the lab runs on, for people. */
  readonly profiles: Readonly<Partial<Record<ProfileName, string>>>;
}

/** A README that can be run. */
export interface Lab {
  /** Path of the README for messages, such as `labs/postgres-to-kafka/README.md`. */
  readonly file: string;
  readonly title: string;
  readonly facts: LabFacts;
  /** All of `sectionNames`, in that order. */
  readonly sections: readonly Section[];
}
