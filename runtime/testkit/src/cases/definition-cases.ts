import { ConfigException, type ConfigKey, type Properties } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand, messageOf, violated } from '../contract-violation.ts';
import type { Subject } from '../subject.ts';

const readMore = architecture('Plug-ins');
const secretsPromise = architecture('promise 5');

/** Key names whose values are secrets as a rule. Names of files, of fields and of key columns are not. */
const secretName =
  /(?:^|[._-])(?:password|passwd|passphrase|secret|token|credentials?|sas|(?:access|account|api|private|secret|shared|encryption)[._-]?key)(?:[._-]?value)?$/i;

async function keysOf(subject: Subject): Promise<ConfigKey[]> {
  return [...(await subject.newConnector()).config().configKeys.values()];
}

function namesOf(keys: readonly ConfigKey[]): string {
  return keys.map(({ name }) => name).join(', ');
}

function without(props: Properties, name: string): Properties {
  return Object.fromEntries(Object.entries(props).filter(([key]) => key !== name));
}

async function requiredKeys(subject: Subject): Promise<string[]> {
  return (await keysOf(subject)).filter(({ required }) => required).map(({ name }) => name);
}

const unlessRequired = async (subject: Subject): Promise<string | null> =>
  (await requiredKeys(subject)).length === 0 ? 'the definition has no required key' : null;

/** Errors of a key when the connector checks a configuration, also by its own `validate`. */
async function errorsOf(subject: Subject, props: Properties, name: string): Promise<string[]> {
  const connector = await subject.newConnector();
  const config = await subject.inTime('validate', connector.validate?.(props, subject.signal()) ?? connector.config().validate(props));
  return config.configValues.filter((value) => value.name === name).flatMap(({ errorMessages }) => errorMessages);
}

/** What the definition says of its keys. */
export const definitionCases: readonly ContractCase[] = [
  {
    id: 'definition-documented',
    name: 'every key has an importance and a sentence of documentation',
    kind: 'both',
    readMore,
    async run(subject) {
      const poor = (await keysOf(subject)).filter(({ doc, importance }) => !/^\S[\s\S]{8,}[.)]$/.test(doc) || !importance);
      demand(poor.length === 0, () => `Keys without a sentence that ends with a full stop: ${namesOf(poor)}`);
    },
  },
  {
    id: 'definition-arranged',
    name: 'every key has a group, a place of its own in the group, and a display name',
    kind: 'both',
    readMore,
    async run(subject) {
      const keys = await keysOf(subject);
      const places = keys.map(({ group, orderInGroup }) => `${group}/${orderInGroup}`);
      const poor = keys.filter(
        (key, at) => !key.group || key.orderInGroup < 0 || key.displayName === key.name || places.indexOf(places[at] as string) !== at,
      );
      demand(poor.length === 0, () => `Keys without group, place or display name of their own: ${namesOf(poor)}`);
    },
  },
  {
    id: 'secrets-typed',
    name: 'keys whose names say that they are secrets have the type PASSWORD',
    kind: 'both',
    readMore: secretsPromise,
    async run(subject) {
      const open = (await keysOf(subject)).filter(({ name, type }) => secretName.test(name) && type !== 'password');
      demand(open.length === 0, () => `Keys that look like secrets and are not of type password: ${namesOf(open)}`);
    },
  },
  {
    id: 'defaults-valid',
    name: 'defaults pass their own validators, and the minimal configuration is valid',
    kind: 'both',
    readMore,
    async run(subject) {
      const connector = await subject.newConnector();
      const definition = connector.config();
      for (const key of definition.configKeys.values()) {
        if (!key.required) key.validator?.ensureValid(key.name, key.default);
      }
      const config = await subject.inTime(
        'validate',
        connector.validate?.(subject.props, subject.signal()) ?? definition.validate(subject.props),
      );
      const errors = config.configValues.flatMap(({ name, errorMessages }) => errorMessages.map((message) => `${name}: ${message}`));
      demand(errors.length === 0, () => `The minimal configuration is refused: ${errors.join('; ')}`);
    },
  },
  {
    id: 'required-validated',
    name: 'without a required key, validation has an error of exactly that key',
    kind: 'both',
    readMore,
    unless: unlessRequired,
    async run(subject) {
      for (const name of await requiredKeys(subject)) {
        const errors = await errorsOf(subject, without(subject.props, name), name);
        demand(errors.length > 0, () => `Without ${name}, validation has no error of ${name}`);
      }
    },
  },
  {
    id: 'required-started',
    name: 'without a required key, start throws a ConfigException that names it',
    kind: 'both',
    readMore,
    unless: unlessRequired,
    async run(subject) {
      for (const name of await requiredKeys(subject)) {
        const error = await startError(subject, without(subject.props, name));
        if (error === null) throw violated(`Without ${name}, the connector starts`);
        const { javaClass } = error as { javaClass?: string };
        const isConfigError = error instanceof ConfigException || javaClass?.endsWith('.ConfigException') === true;
        demand(isConfigError, () => `Without ${name}, start throws ${(error as Error).name}: ${messageOf(error)}`);
        demand(messageOf(error).includes(name), () => `Without ${name}, start does not name it: ${messageOf(error)}`);
      }
    },
  },
];

async function startError(subject: Subject, props: Properties): Promise<unknown> {
  try {
    await subject.startConnector(props);
    return null;
  } catch (error) {
    return error;
  }
}
