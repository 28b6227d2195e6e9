import type { ConnectClient } from '../client/connect-client.ts';
import { validateDeclarations, type Validator } from '../client/validate-declarations.ts';
import { ClientExit, CommandError, explain } from '../exit-codes.ts';
import { readDeclarations } from '../files/read-declarations.ts';
import { installedPlugins, type PluginOptions } from '../installed-plugins.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { validationReport } from '../output/validation-report.ts';

export interface ValidateOptions extends PluginOptions {
  readonly file: string;
  /** Ask the worker of the current context, although no --url names one. */
  readonly live?: boolean;
}

/** `millrace validate -f FILE`: with the plug-ins installed here, or by a worker when one is named. */
export async function validate(context: VerbContext, options: ValidateOptions): Promise<Report> {
  const { terminal, options: global } = context;
  const declarations = await readDeclarations(terminal, options.file);
  const isLive = options.live === true || global.url !== undefined || global.context !== undefined;
  const validator = isLive ? liveValidator(await context.client()) : await offlineValidator(context, options);
  return validationReport(terminal, await validateDeclarations(validator, declarations));
}

/** Lets a worker check. */
export function liveValidator(client: ConnectClient): Validator {
  let classes: Promise<string[]> | null = null;
  return {
    hasValuesOfReferences: true,
    validate: (className, config) => client.validate(className, config),
    connectorClasses: () => (classes ??= client.plugins(true).then((plugins) => plugins.map((plugin) => plugin.class))),
  };
}

async function offlineValidator({ terminal }: VerbContext, options: PluginOptions): Promise<Validator> {
  const { ConnectorValidator } = await import('@millrace/worker');
  const { registry, workerConfig } = await installedPlugins(terminal, options);
  const validator = new ConnectorValidator({ plugins: registry, workerConfig });
  return {
    hasValuesOfReferences: false,
    validate: async (_className, config) => {
      try {
        return await validator.validate(config);
      } catch (error) {
        throw new CommandError(ClientExit.VALIDATION, explain(error), { cause: error });
      }
    },
    connectorClasses: () => Promise.resolve(registry.list(['source', 'sink']).map((plugin) => plugin.className)),
  };
}
