import type { ConfigInfos } from '@millrace/worker';
import { CommandError, ClientExit } from '../exit-codes.ts';
import type { Declaration } from '../files/declaration.ts';
import { closest } from '../output/closest.ts';
import { findings, type Finding } from '../output/findings.ts';
import type { Validated } from '../output/validation-report.ts';

/** Who checks a configuration: a worker, or the worker library in this process. */
export interface Validator {
  /** Whether it knows the values of references such as `${env:NAME}`. */
  readonly hasValuesOfReferences: boolean;
  /** @throws CommandError VALIDATION if no connector can be made of it. */
  validate(className: string, config: Declaration['config']): Promise<ConfigInfos>;
  /** Classes of connectors that there are. */
  connectorClasses(): Promise<string[]>;
}

/** Validates each declaration. A connector whose class is missing or unknown has that as its finding. */
export async function validateDeclarations(validator: Validator, declarations: readonly Declaration[]): Promise<Validated[]> {
  const validated: Validated[] = [];
  for (const declaration of declarations) validated.push(await validateOne(validator, declaration));
  return validated;
}

async function validateOne(validator: Validator, { name, config, source }: Declaration): Promise<Validated> {
  const className = config['connector.class'] ?? '';
  const subject = { source, connector: name, class: className };
  const known = await validator.connectorClasses();
  const shortNames = known.flatMap((full) => {
    const simple = full.slice(full.lastIndexOf('.') + 1);
    return [full, simple, simple.replace(/Connector$/, '')];
  });
  if (className === '') {
    return { ...subject, keys: null, findings: [classFinding(null, 'the configuration names no connector', listOf(known))] };
  }
  try {
    const infos = await validator.validate(className, config);
    const found = findings(infos, config, validator);
    const keys = Object.keys(config);
    const faultless = keys.filter((key) => found.every((finding) => finding.key !== key)).length;
    return { ...subject, keys: { total: keys.length, faultless }, findings: found };
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === ClientExit.ENVIRONMENT) throw error;
    const near = closest(className, shortNames);
    const advice = near === null ? listOf(known) : `did you mean ${near}?`;
    const finding = shortNames.includes(className)
      ? classFinding(className, error.message, error.suggestion)
      : classFinding(className, 'no plug-in has this class', advice);
    return { ...subject, keys: null, findings: [finding] };
  }
}

function classFinding(value: string | null, reason: string, advice: string | null): Finding {
  return { severity: 'error', key: 'connector.class', value, reason, advice };
}

function listOf(classes: readonly string[]): string {
  return classes.length === 0 ? 'no connector is installed: add its package, or set plugin.path' : `one of ${classes.join(', ')}`;
}
