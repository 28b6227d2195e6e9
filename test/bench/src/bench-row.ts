/** One measured case beside the least that any program would have to do. */
export interface BenchRow {
  readonly name: string;
  readonly recordsPerSecond: number;
  /** What the floor does. */
  readonly floor: string;
  readonly floorRecordsPerSecond: number;
  /** Records per second of the case through those of the floor. */
  readonly ratio: number;
  /** What we want to reach. */
  readonly aim: string;
}
