import type { ServiceName } from '../format/lab.ts';
import { type LabServices, MissingServiceError, type ServiceStarters } from './lab-services.ts';

/**
 * Starts several systems, one after the other.
 *
 * @param report Told before each start.
 * @throws MissingServiceError when the machine lacks something; nothing runs then.
 */
export async function startServices(
  names: readonly ServiceName[],
  starters: ServiceStarters,
  report: (label: string) => void,
): Promise<LabServices> {
  const reasons = await Promise.all(names.map((name) => starters[name].whyNot()));
  const missing = reasons.filter((reason) => reason !== null);
  if (missing.length > 0) throw new MissingServiceError(missing.join('\n'));
  const running: LabServices[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.stop()));
  };
  try {
    for (const name of names) {
      report(starters[name].label);
      running.push(await starters[name].start());
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    variables: Object.assign({}, ...running.map(({ variables }) => variables)) as Record<string, string>,
    tools: Object.assign({}, ...running.map(({ tools }) => tools)) as Record<string, string>,
    stop,
  };
}
