import type { FastifyInstance } from 'fastify';
import { BadRequestException, type Herder } from '../herder/herder.ts';
import { configOf } from './request-body.ts';

interface ByPlugin {
  Params: { readonly plugin: string };
}

/** `/connector-plugins` and all below it. */
export function pluginRoutes(server: FastifyInstance, herder: Herder): void {
  server.get<{ Querystring: { readonly connectorsOnly?: string } }>('/connector-plugins', (request) =>
    herder.connectorPlugins(request.query.connectorsOnly?.toLowerCase() !== 'false'),
  );

  server.get<ByPlugin & { Querystring: { readonly version?: string } }>('/connector-plugins/:plugin/config', (request) =>
    herder.connectorPluginConfig(request.params.plugin, request.query.version),
  );

  server.put<ByPlugin>('/connector-plugins/:plugin/config/validate', async (request) => {
    const { plugin } = request.params;
    const config = configOf(request.body, 'the connector configuration');
    const className = config['connector.class'];
    // Without a class it is the validation that says so.
    if (className !== undefined && className !== null && !withoutSuffix(className).endsWith(withoutSuffix(plugin))) {
      throw new BadRequestException(`Included connector type ${className} does not match request type ${plugin}`);
    }
    return herder.validateConnectorConfig(config);
  });
}

function withoutSuffix(className: string): string {
  return className.endsWith('Connector') ? className.slice(0, -'Connector'.length) : className;
}
