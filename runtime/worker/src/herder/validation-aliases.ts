import {
  CompositeValidator,
  ConfigDef,
  ConfigException,
  LambdaValidator,
  parseType,
  type Configurable,
  type ConfigKey,
  type Logger,
  type Validator,
} from '@millrace/api';
import { aliasesOf } from '../config/alias-list.ts';
import { pluginVersion } from '../config/plugin-version.ts';
import { negateWithoutPredicate } from '../config/transformation-config.ts';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import { messageOf } from '../task/error-message.ts';
import { classNames, ensureVersion, pluginOfKind, pluginResolver, versionsOf, type RawProps } from './validation-plugins.ts';

/** A list of aliases of plug-ins, each of which brings keys of its own. */
interface AliasedKind {
  readonly kind: 'transformation' | 'predicate';
  /** Key of the list, and prefix of the keys. */
  readonly key: 'transforms' | 'predicates';
  readonly title: 'Transformation' | 'Predicate';
  readonly groupTitle: 'Transforms' | 'Predicates';
}

const aliasedKinds: readonly AliasedKind[] = [
  { kind: 'transformation', key: 'transforms', title: 'Transformation', groupTitle: 'Transforms' },
  { kind: 'predicate', key: 'predicates', title: 'Predicate', groupTitle: 'Predicates' },
];

/** Keys that the framework defines next to those of a transformation, which cannot have them itself. */
const impliedByTransformation = new ConfigDef()
  .define('predicate', {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'Alias of the predicate that decides to which records this transformation is applied.',
  })
  .define('negate', {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether to apply this transformation where the predicate does not hold.',
  });

/** What the keys of one alias are made from. */
interface AliasContext {
  readonly plugins: PluginRegistry;
  readonly props: RawProps;
  readonly log: Logger;
  readonly aliased: AliasedKind;
  readonly alias: string;
}

/** Adds to a connector's definition one group a transformation and a predicate, with the plug-in's own keys. */
export async function addAliasedPlugins(
  definition: ConfigDef,
  { plugins, props, log }: { readonly plugins: PluginRegistry; readonly props: RawProps; readonly log: Logger },
): Promise<void> {
  for (const aliased of aliasedKinds) {
    for (const alias of aliasesOf(props, aliased.key)) await addAlias(definition, { plugins, props, log, aliased, alias });
  }
}

/**
 * Checks that each transformation and predicate has a class, as Kafka Connect does before all other checks of their keys.
 * @throws ConfigException for the first that has none, or none of its kind.
 */
export function ensureAliasedPlugins(plugins: PluginRegistry, props: RawProps): void {
  for (const { kind, key, title } of aliasedKinds) {
    for (const alias of aliasesOf(props, key)) {
      const name = `${key}.${alias}.type`;
      const type = props[name] ?? null;
      if (type === null) throw ConfigException.invalidValue(name, null, `Not a ${title}`);
      pluginOfKind(plugins, kind).ensureValid(name, parseType(name, type, 'class', pluginResolver(plugins)));
    }
  }
}

async function addAlias(definition: ConfigDef, context: AliasContext): Promise<void> {
  const { plugins, props, aliased, alias } = context;
  const { kind, title } = aliased;
  const prefix = `${aliased.key}.${alias}.`;
  const group = `${aliased.groupTitle}: ${alias}`;
  const type = props[`${prefix}type`]?.trim() ?? null;
  const plugin = type === null ? null : plugins.find([kind], type);
  const own = plugin === null ? null : await ownKeys(plugin, context);
  definition
    .define<string, 'class'>(`${prefix}type`, {
      type: 'class',
      importance: 'high',
      doc: `Class of the ${kind} ${alias}.`,
      validator: typeValidator(context, prefix, own),
      group,
      orderInGroup: 0,
      width: 'long',
      displayName: `${title} type for ${alias}`,
      recommender: { validValues: () => classNames(plugins.list([kind])), visible: () => true },
    })
    .define(`${prefix}plugin.version`, {
      type: 'string',
      default: plugin?.version ?? null,
      importance: 'high',
      doc: `Version of the ${kind} ${alias} that must be installed: one version, or a range such as [1.0,2.0).`,
      validator: versionValidator(plugin),
      group,
      orderInGroup: 1,
      width: 'long',
      displayName: `${title} version for ${alias}`,
      recommender: { validValues: () => versionsOf(plugins, kind, type), visible: () => true },
    });
  if (own !== null && !(own instanceof Error)) definition.embed(prefix, { group, startOrder: 2 }, own);
}

/** The plug-in's keys and those that the framework adds to every transformation, or why they cannot be had. */
async function ownKeys(plugin: PluginDescriptor, context: AliasContext): Promise<ConfigDef | Error> {
  try {
    const Plugin = await plugin.load();
    return withImpliedKeys((new Plugin() as Configurable).config(), plugin, context);
  } catch (error) {
    return new ConfigException(`Failed to load the definition of ${plugin.className}: ${messageOf(error)}`, { cause: error });
  }
}

function withImpliedKeys(own: ConfigDef, plugin: PluginDescriptor, { aliased, alias, log }: AliasContext): ConfigDef {
  const implied = aliased.kind === 'transformation' ? impliedByTransformation : new ConfigDef();
  const result = new ConfigDef();
  for (const key of implied.configKeys.values()) copyKey(result, key);
  for (const key of own.configKeys.values()) {
    const isMasked = key.name === 'type' || key.name === 'plugin.version' || implied.configKeys.has(key.name);
    if (!isMasked) copyKey(result, key);
    else log.warn(`Key ${key.name} of ${aliased.kind} ${alias} (${plugin.className}) cannot be set: the framework has one of that name`);
  }
  return result;
}

function copyKey(definition: ConfigDef, { name, required: _, validator, group, recommender, ...rest }: ConfigKey): void {
  definition.define<string, typeof rest.type>(name, {
    ...(rest as Omit<typeof rest, 'default'> & { readonly default?: never }),
    ...(validator === null ? {} : { validator }),
    ...(group === null ? {} : { group }),
    ...(recommender === null ? {} : { recommender }),
  });
}

function typeValidator({ plugins, props, aliased }: AliasContext, prefix: string, own: ConfigDef | Error | null): Validator {
  const hasSomethingToNegate = LambdaValidator.with(
    () => {
      const negate = props[`${prefix}negate`] ?? null;
      if (aliased.kind === 'transformation' && negate !== null && (props[`${prefix}predicate`] ?? null) === null) {
        throw negateWithoutPredicate(prefix);
      }
    },
    () => 'a predicate next to negate',
  );
  const isLoaded = LambdaValidator.with(
    () => {
      if (own instanceof Error) throw own;
    },
    () => 'a plug-in that can be loaded',
  );
  return CompositeValidator.of(hasSomethingToNegate, pluginOfKind(plugins, aliased.kind), isLoaded);
}

function versionValidator(plugin: PluginDescriptor | null): Validator {
  const installed = LambdaValidator.with(
    (_, value) => {
      if (plugin !== null) ensureVersion(plugin, value as string | null);
    },
    () => 'an installed version',
  );
  return CompositeValidator.of(pluginVersion, installed);
}
