/** A task of a connector, printed `<connector>-<number>` as Kafka Connect does. */
export interface TaskId {
  readonly connector: string;
  readonly task: number;
}

export function taskIdText({ connector, task }: TaskId): string {
  return `${connector}-${task}`;
}
