import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ConfigException } from '@millrace/api';
import { readPropertiesFile, unreadable } from '../config/properties-file.ts';
import { ConnectRestException } from '../herder/herder.ts';
import { parseJaasEntry, type LoginModule } from './jaas-config.ts';

/** Whether a user may come in. */
export type PasswordCheck = (user: string, password: string) => boolean;

const LOGIN_CONFIG = 'java.security.auth.login.config';
const ENTRY = 'KafkaConnect';
const PROPERTY_FILE_MODULE = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule';
/** Requests of workers to workers, which are signed instead (KIP-507). */
const internalRequests: Readonly<Record<string, RegExp>> = {
  POST: /^\/connectors\/[^/]+\/tasks\/?$/,
  PUT: /^\/connectors\/[^/]+\/fence\/?$/,
};

/**
 * The users of `BasicAuthSecurityRestExtension`: entry `KafkaConnect` of the JAAS file that the worker's `java.security.auth.login.config`
 * names, or the system property of that name in the environment's `KAFKA_OPTS`. Its `PropertyFileLoginModule` names a file of `user=password`
 * lines, which is read once.
 * @throws ConfigException when something of it is missing, or the file has no user: that would open the API to everybody.
 */
export async function basicAuthCheck(
  workerConfig: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PasswordCheck> {
  const jaasFile = loginConfigFile(workerConfig, environment);
  const modules = parseJaasEntry(await jaasText(jaasFile), ENTRY, jaasFile);
  const file = credentialsFile(modules, jaasFile);
  const users = Object.entries(await readPropertiesFile(file));
  if (users.length === 0) throw new ConfigException(`${file} has no user; a line is user=password`);
  return passwordCheck(new Map(users));
}

/** Lets in who gives a user and its password; anybody else gets 401. */
export function installBasicAuth(app: FastifyInstance, isUser: PasswordCheck): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isInternal(request)) return;
    const [user, password] = credentials(request.headers.authorization) ?? [null, ''];
    if (user !== null && isUser(user, password)) return;
    void reply.header('www-authenticate', `Basic realm="${ENTRY}", charset="UTF-8"`);
    throw new ConnectRestException(401, 'User cannot access the resource.');
  });
}

/** Compares digests of one length under a key of this process, for a known user and an unknown one alike: the time tells nothing. */
function passwordCheck(users: ReadonlyMap<string, string>): PasswordCheck {
  const digestKey = randomBytes(32);
  const digest = (password: string): Buffer => createHmac('sha256', digestKey).update(password).digest();
  const digests = new Map(Array.from(users, ([user, password]) => [user, digest(password)]));
  const nobody = randomBytes(32);
  return (user, password) => timingSafeEqual(digest(password), digests.get(user) ?? nobody);
}

function isInternal({ method, url }: FastifyRequest): boolean {
  return internalRequests[method]?.test(url.split('?', 1)[0] ?? '') ?? false;
}

function credentials(header: string | undefined): [user: string, password: string] | null {
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? null : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

function loginConfigFile(
  workerConfig: Readonly<Record<string, string>>,
  { KAFKA_OPTS: options = '' }: Readonly<Record<string, string | undefined>>,
): string {
  const inOptions = /(?:^|\s)["']?-Djava\.security\.auth\.login\.config==?("[^"]*"|'[^']*'|[^\s"']+)/.exec(options)?.[1];
  const named = workerConfig[LOGIN_CONFIG] ?? inOptions?.replaceAll(/^["']|["']$/g, '');
  if (named === undefined || named === '') {
    throw new ConfigException(
      `Basic authentication needs a JAAS file: set ${LOGIN_CONFIG}=/path/to/jaas.conf in the worker's properties, or KAFKA_OPTS=-D${LOGIN_CONFIG}=/path/to/jaas.conf in the environment`,
      { configKey: LOGIN_CONFIG },
    );
  }
  return named.startsWith('file://') ? fileURLToPath(named) : named.replace(/^file:/, '');
}

function credentialsFile(modules: readonly LoginModule[], jaasFile: string): string {
  const [first, ...more] = modules;
  if (first === undefined || more.length > 0) {
    throw new ConfigException(`Entry ${ENTRY} of ${jaasFile} must have one login module, it has ${modules.length}`);
  }
  if (first.className !== PROPERTY_FILE_MODULE) {
    throw new ConfigException(`Entry ${ENTRY} of ${jaasFile} names ${first.className}; supported is ${PROPERTY_FILE_MODULE}`);
  }
  // With `optional` a JVM worker lets everybody in, whatever the password.
  if (first.flag !== 'required' && first.flag !== 'requisite') {
    throw new ConfigException(`The login module of entry ${ENTRY} in ${jaasFile} must be required, not ${first.flag}`);
  }
  const { file } = first.options;
  if (file === undefined || file === '') {
    throw new ConfigException(`The login module of entry ${ENTRY} in ${jaasFile} needs file="/path/to/credentials"`);
  }
  return file;
}

async function jaasText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}
