import type { FastifyInstance } from 'fastify';
import { ConfigException, ConnectException } from '@millrace/api';
import type { ClusterHerder, Herder } from '../herder/herder.ts';
import type { LogTail } from '../log/log-tail.ts';
import { connectorRoutes } from './connector-routes.ts';
import { forwardWith } from './forwarding.ts';
import { internalRoutes } from './internal-routes.ts';
import { parseListeners, type Listener } from './listeners.ts';
import { logRoutes } from './log-routes.ts';
import { loggerRoutes, type LoggerAdmin } from './logger-routes.ts';
import { metricsRoutes, type MetricsSource } from './metrics-routes.ts';
import { openApiRoutes } from './openapi-routes.ts';
import { pluginRoutes } from './plugin-routes.ts';
import { RestServer, type RestSite } from './rest-server.ts';
import { rootRoutes, type WorkerVersion } from './root-routes.ts';
import type { WorkerClient } from './worker-client.ts';

/** What the REST API answers from. */
export interface RestServices {
  readonly herder: Herder;
  readonly version: WorkerVersion;
  readonly loggers: LoggerAdmin;
  readonly metrics: MetricsSource;
  /** Latest log lines of connectors. */
  readonly logTail: LogTail;
  /** What a worker of a cluster answers besides. */
  readonly cluster?: ClusterServices;
}

export interface ClusterServices {
  readonly herder: ClusterHerder;
  readonly client: WorkerClient;
}

type WorkerConfig = Readonly<Record<string, string>>;
type Install = (app: FastifyInstance) => void;

const BASIC_AUTH = 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension';

/**
 * The REST server that a worker's properties describe. What nobody configured (TLS, authentication, CORS) is not even loaded.
 * @throws ConfigException for settings that are wrong, before anything listens.
 */
export async function createRestServer(services: RestServices, workerConfig: WorkerConfig): Promise<RestServer> {
  const { herder, version } = services;
  const listeners = parseListeners('listeners', workerConfig['listeners'] ?? '');
  if (listeners.length === 0) throw new ConfigException('listeners must name at least one address', { configKey: 'listeners' });
  const adminText = workerConfig['admin.listeners'];
  const adminListeners = adminText === undefined ? null : parseListeners('admin.listeners', adminText);
  const [cors, guards] = [await corsOf(workerConfig), await guardsOf(workerConfig)];

  const main: RestSite = {
    key: 'listeners',
    listeners,
    guards: [...cors, ...guards],
    secureServer: await secureServer(listeners, workerConfig, 'listeners.https.'),
    install: (app, server) => {
      openApiRoutes(app, () => ({ url: server.advertisedUrl, version: version.version, isSecured: extensionsOf(workerConfig).length > 0 }));
      rootRoutes(app, herder, version);
      connectorRoutes(app, herder, () => server.advertisedUrl);
      pluginRoutes(app, herder);
      if (services.cluster !== undefined) clusterRoutes(app, services.cluster.herder);
      metricsRoutes(app, services.metrics);
      if (adminListeners === null) adminRoutes(app, services);
    },
  };
  const sites = [main, ...(await adminSite(adminListeners ?? [], guards, services, workerConfig))];
  const forward = services.cluster === undefined ? null : forwardWith(services.cluster.client);
  return new RestServer(sites, advertised(workerConfig), forward);
}

function clusterRoutes(app: FastifyInstance, herder: ClusterHerder): void {
  app.addHook('onRequest', async ({ url }) => {
    if (url.startsWith('/connectors')) herder.ensureRead();
  });
  internalRoutes(app, herder);
}

/** `admin.listeners` with addresses: these alone serve `/admin`. Without any: nobody does. */
async function adminSite(
  listeners: readonly Listener[],
  guards: readonly Install[],
  services: RestServices,
  workerConfig: WorkerConfig,
): Promise<RestSite[]> {
  if (listeners.length === 0) return [];
  return [
    {
      key: 'admin.listeners',
      listeners,
      guards,
      secureServer: await secureServer(listeners, workerConfig, 'admin.listeners.https.'),
      install: (app) => {
        adminRoutes(app, services);
      },
    },
  ];
}

function adminRoutes(app: FastifyInstance, { loggers, logTail }: RestServices): void {
  loggerRoutes(app, loggers);
  logRoutes(app, logTail);
}

async function secureServer(listeners: readonly Listener[], workerConfig: WorkerConfig, prefix: string): Promise<RestSite['secureServer']> {
  if (!listeners.some(({ protocol }) => protocol === 'https')) {
    return () => {
      throw new ConnectException('There is no https listener');
    };
  }
  const { secureServers, tlsSettings } = await import('./tls.ts');
  return secureServers(tlsSettings(workerConfig, prefix));
}

async function corsOf(workerConfig: WorkerConfig): Promise<Install[]> {
  const origins = (workerConfig['access.control.allow.origin'] ?? '').trim();
  if (origins === '') return [];
  const { corsRules, installCors } = await import('./cors.ts');
  const rules = corsRules(origins, workerConfig['access.control.allow.methods'] ?? '');
  return rules === null ? [] : [(app) => installCors(app, rules)];
}

/** What stands before every route, in order: headers are on refusals too. */
async function guardsOf(workerConfig: WorkerConfig): Promise<Install[]> {
  const guards: Install[] = [];
  const headers = (workerConfig['response.http.headers.config'] ?? '').trim();
  if (headers !== '') {
    const { installResponseHeaders, parseHeaderRules } = await import('./response-headers.ts');
    const rules = parseHeaderRules(headers);
    guards.push((app) => installResponseHeaders(app, rules));
  }
  const extensions = extensionsOf(workerConfig);
  const unknown = extensions.find((name) => name !== BASIC_AUTH);
  if (unknown !== undefined) {
    throw ConfigException.invalidValue(
      'rest.extension.classes',
      unknown,
      `classes of the JVM cannot be loaded; supported is ${BASIC_AUTH}, and a reverse proxy does for other kinds of authentication`,
    );
  }
  if (extensions.length > 0) {
    const { basicAuthCheck, installBasicAuth } = await import('./basic-auth.ts');
    const isUser = await basicAuthCheck(workerConfig, process.env);
    guards.push((app) => installBasicAuth(app, isUser));
  }
  return guards;
}

function extensionsOf(workerConfig: WorkerConfig): string[] {
  return (workerConfig['rest.extension.classes'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function advertised(workerConfig: WorkerConfig): ConstructorParameters<typeof RestServer>[1] {
  const port = workerConfig['rest.advertised.port'] ?? '';
  return {
    protocol: workerConfig['rest.advertised.listener']?.toLowerCase() ?? null,
    host: workerConfig['rest.advertised.host.name'] || null,
    port: port === '' ? null : Number(port),
  };
}
