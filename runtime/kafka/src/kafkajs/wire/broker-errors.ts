import { InvalidRecordException, KafkaException } from '@millrace/api';
import {
  ApiException,
  AuthorizationException,
  CorruptRecordException,
  DisconnectException,
  GroupIdNotFoundException,
  GroupNotEmptyException,
  GroupSubscribedToTopicException,
  IllegalGenerationException,
  InconsistentGroupProtocolException,
  InvalidConfigurationException,
  InvalidPartitionsException,
  InvalidReplicationFactorException,
  InvalidTopicException,
  KafkaRetriableException,
  ProducerFencedException,
  RebalanceInProgressException,
  RecordTooLargeException,
  SaslAuthenticationException,
  TimeoutException,
  UnknownMemberIdException,
  UnknownTopicOrPartitionException,
  UnsupportedVersionException,
} from '../../errors.ts';
import type { Api } from './api.ts';
import { errorKind } from './error-codes.ts';
import { protocolHint, tlsError } from './tls-errors.ts';
import type { Address } from './wire-config.ts';

type ExceptionClass = new (message: string, options?: { readonly cause?: unknown; readonly suggestion?: string }) => KafkaException;

const classes: Readonly<Record<number, ExceptionClass>> = {
  2: CorruptRecordException,
  3: UnknownTopicOrPartitionException,
  10: RecordTooLargeException,
  17: InvalidTopicException,
  18: RecordTooLargeException,
  22: IllegalGenerationException,
  23: InconsistentGroupProtocolException,
  25: UnknownMemberIdException,
  27: RebalanceInProgressException,
  29: AuthorizationException,
  30: AuthorizationException,
  31: AuthorizationException,
  35: UnsupportedVersionException,
  37: InvalidPartitionsException,
  38: InvalidReplicationFactorException,
  40: InvalidConfigurationException,
  47: ProducerFencedException,
  53: AuthorizationException,
  58: SaslAuthenticationException,
  68: GroupNotEmptyException,
  69: GroupIdNotFoundException,
  86: GroupSubscribedToTopicException,
  87: InvalidRecordException,
  90: ProducerFencedException,
};

/**
 * The exception for an error code of a broker.
 * @param what was asked, for the message: `Produce to orders-0`
 * @param detail what the broker says besides
 */
export function brokerError(code: number, what: string, detail: string | null = null): KafkaException {
  const { name, retriable } = errorKind(code);
  const message = `${what} failed: ${name} (${code})${detail ? `: ${detail}` : ''}`;
  return new (classes[code] ?? (retriable ? KafkaRetriableException : ApiException))(message);
}

/** Whether the same call may succeed later. */
export function isRetriable(error: unknown): boolean {
  return (error as { readonly retriable?: unknown } | null)?.retriable === true;
}

/** The connection is gone, and with it the answers to what was sent. */
export function disconnected(address: Address, cause?: unknown): DisconnectException {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new DisconnectException(`Connection to ${place(address)} closed${why}`, cause === undefined ? {} : { cause });
}

/** The broker closed the connection before it was of any use. */
export function disconnectedEarly(address: Address): DisconnectException {
  return new DisconnectException(
    `Connection to ${place(address)} closed at its beginning; if that goes on, security.protocol is not that of the listener`,
    { suggestion: protocolHint },
  );
}

/** A broker did not answer in time. */
export function timedOut(apiName: string, address: Address, timeoutMs: number): TimeoutException {
  return new TimeoutException(`${place(address)} did not answer ${apiName} within ${timeoutMs} ms`);
}

/** A broker that is too old or too new for us. */
export function unsupportedApi(
  api: Api<never, unknown>,
  range: { readonly minVersion: number; readonly maxVersion: number } | undefined,
  address: Address,
): UnsupportedVersionException {
  const offered = range === undefined ? 'not at all' : `in versions ${range.minVersion} to ${range.maxVersion}`;
  return new UnsupportedVersionException(
    `${place(address)} offers ${api.name} ${offered}; Millrace speaks versions ${api.minVersion} to ${api.maxVersion}`,
    { suggestion: 'Millrace works with Apache Kafka 2.4 and later' },
  );
}

const checkLogin = 'Check sasl.mechanism and the user and password of sasl.jaas.config';

/** kafkajs' names of an authentication that cannot succeed, and what to do. */
const saslRefusals: Readonly<Record<string, string>> = {
  KafkaJSSASLAuthenticationError: checkLogin,
  SASL_AUTHENTICATION_FAILED: checkLogin,
  KafkaJSServerDoesNotSupportApiKey: 'Check security.protocol: this listener has no SASL',
  ILLEGAL_SASL_STATE: 'Check security.protocol: it is PLAINTEXT or SSL for a listener without SASL',
  UNSUPPORTED_SASL_MECHANISM: 'Set sasl.mechanism to one of sasl.enabled.mechanisms of the broker',
};

/**
 * What a failure of the wire means in Kafka's terms. Errors that have a meaning already pass.
 * @param trust where trusted certificates come from; null if it is not known
 */
export function connectionError(error: unknown, address: Address, trust: string | null = null): KafkaException {
  if (error instanceof KafkaException) return error;
  const { name, type, message } = error as { name?: string; type?: string; message?: string };
  const suggestion = saslRefusals[type ?? ''] ?? saslRefusals[name ?? ''];
  if (suggestion !== undefined) {
    return new SaslAuthenticationException(`${place(address)} refused the authentication: ${message}`, { cause: error, suggestion });
  }
  return tlsError(error, place(address), trust) ?? disconnected(address, error);
}

function place({ host, port }: Address): string {
  return `broker ${host}:${port}`;
}
