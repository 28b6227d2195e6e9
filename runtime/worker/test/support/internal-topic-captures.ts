import { readFileSync } from 'node:fs';

/** A record that a JVM worker wrote to one of its topics. */
export interface CapturedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: { readonly hex: string; readonly utf8: string } | null;
  readonly value: { readonly utf8: string } | null;
  readonly transactional?: boolean;
}

export type CapturedTopic = 'configs' | 'offsets' | 'status';

interface CapturedMember {
  readonly metadataHex?: string;
  readonly assignmentHex?: string;
}

interface CapturedStep {
  readonly step: string;
  readonly records?: Readonly<Record<CapturedTopic, readonly CapturedRecord[]>>;
  readonly group?: { readonly members: readonly CapturedMember[] };
}

export const captureNames = ['worker-4.3.1-sessioned', 'worker-4.3.1-compatible-eos'] as const;
export type CaptureName = (typeof captureNames)[number];

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../../test/vectors/data/internal-topics/${name}.json`, import.meta.url), 'utf8'));
}

/** What a JVM worker wrote to a topic, without the markers of transactions. */
export function capturedRecords(capture: CaptureName, topic: CapturedTopic): CapturedRecord[] {
  const { steps } = read(capture) as { steps: readonly CapturedStep[] };
  const records = steps.flatMap(({ records: topics }) => topics?.[topic] ?? []);
  return records.filter(({ key, transactional }) => transactional !== true || !isMarker(key?.hex));
}

/** The key of a marker is a version and a type, two bytes each. */
function isMarker(key: string | undefined): boolean {
  return key !== undefined && /^0000000[01]$/.test(key);
}

/** Bytes that the group protocol carried, by what they are. */
export function capturedGroupBytes(): { readonly metadata: Buffer[]; readonly assignments: Buffer[] } {
  const metadata: Buffer[] = [];
  const assignments: Buffer[] = [];
  const take = ({ metadataHex, assignmentHex }: CapturedMember): void => {
    if (metadataHex !== undefined) metadata.push(Buffer.from(metadataHex, 'hex'));
    if (assignmentHex !== undefined) assignments.push(Buffer.from(assignmentHex, 'hex'));
  };
  const steps = captureNames.flatMap((capture) => (read(capture) as { steps: readonly CapturedStep[] }).steps);
  for (const member of steps.flatMap(({ group }) => group?.members ?? [])) take(member);
  for (const { members } of read('group-eager') as { members: readonly CapturedMember[] }[]) for (const member of members) take(member);
  // Beside a member that was no JVM worker: assignments that it got as a follower, metadata that it was told as the leader.
  for (const { hex } of read('mixed-follower') as { hex?: string }[]) if (hex !== undefined) assignments.push(Buffer.from(hex, 'hex'));
  for (const { members } of read('mixed-leader') as { members?: { id: string; hex: string }[] }[]) {
    for (const { id, hex } of members ?? []) if (id.startsWith('connect-')) metadata.push(Buffer.from(hex, 'hex'));
  }
  return { metadata, assignments };
}
