import { Option } from 'commander';
import { durationMs } from '../output/duration.ts';

const defaultWaitMs = 60_000;

/** `--wait [duration]`, in milliseconds; alone it is a minute. */
export function waitOption(until: string): Option {
  return new Option('--wait [duration]', `wait until ${until} (60s)`).argParser(durationMs).preset(`${defaultWaitMs}ms`);
}
