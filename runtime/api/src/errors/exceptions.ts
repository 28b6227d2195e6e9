/**
 * The exceptions of Kafka Connect, under the names that its users know from traces, dead letter headers and the Java API.
 *
 * Every class carries `javaClass`, the name that a JVM worker would print. `instanceof` works by that name and not by identity, so that
 * an error raised through a second copy of this package is still recognised.
 */

const brand = Symbol.for('millrace.api/exception');

/** What an exception may say besides its message. */
export interface ExceptionOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Stable identifier such as `connect.config.invalid`; see docs/errors.md. */
  readonly code?: string;
  /** Configuration key that has to change, if one is to blame. */
  readonly configKey?: string;
  /** What the reader can do about it, as one sentence. */
  readonly suggestion?: string;
}

/** Java's `RuntimeException`: the root of every error that Millrace raises on purpose. */
export class RuntimeException extends Error {
  static readonly javaClass: string = 'java.lang.RuntimeException';
  static readonly code: string = 'connect.internal';

  readonly code: string;
  readonly configKey: string | undefined;
  readonly suggestion: string | undefined;

  constructor(message?: string, options: ExceptionOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? (this.constructor as typeof RuntimeException).code;
    this.configKey = options.configKey;
    this.suggestion = options.suggestion;
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** Name of the class that a JVM worker would report for this error. */
  get javaClass(): string {
    return (this.constructor as typeof RuntimeException).javaClass;
  }

  /** Java class names of this error and of all its ancestors. */
  get [brand](): readonly string[] {
    const lineage: string[] = [];
    let constructor = this.constructor as typeof RuntimeException | null;
    while (constructor?.javaClass !== undefined) {
      if (Object.hasOwn(constructor, 'javaClass')) lineage.push(constructor.javaClass);
      constructor = Object.getPrototypeOf(constructor) as typeof RuntimeException | null;
    }
    return lineage;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass that declares no Java name of its own can only be told by identity.
    if (!Object.hasOwn(this, 'javaClass')) return Function.prototype[Symbol.hasInstance].call(this, value);
    const lineage = (value as { [brand]?: readonly string[] } | null | undefined)?.[brand];
    return lineage?.includes(this.javaClass) ?? false;
  }
}

/** A caller broke a method's contract. */
export class IllegalArgumentException extends RuntimeException {
  static override readonly javaClass: string = 'java.lang.IllegalArgumentException';
  static override readonly code: string = 'connect.argument.invalid';
}

/** Text that should have been a number is none. */
export class NumberFormatException extends IllegalArgumentException {
  static override readonly javaClass: string = 'java.lang.NumberFormatException';
}

/** A method was called at a moment at which it must not be. */
export class IllegalStateException extends RuntimeException {
  static override readonly javaClass: string = 'java.lang.IllegalStateException';
  static override readonly code: string = 'connect.state.illegal';
}

/** A value that must be there is null. */
export class NullPointerException extends RuntimeException {
  static override readonly javaClass: string = 'java.lang.NullPointerException';
  static override readonly code: string = 'connect.argument.null';
}

/** A value is of another class than the code expects. */
export class ClassCastException extends RuntimeException {
  static override readonly javaClass: string = 'java.lang.ClassCastException';
  static override readonly code: string = 'connect.data.class';
}

/** An index, such as a group of a regular expression, does not exist. */
export class IndexOutOfBoundsException extends RuntimeException {
  static override readonly javaClass: string = 'java.lang.IndexOutOfBoundsException';
  static override readonly code: string = 'connect.argument.index';
}

/** The operation is not supported by this object. */
export class UnsupportedOperationException extends RuntimeException {
  static override readonly javaClass: string = 'java.lang.UnsupportedOperationException';
  static override readonly code: string = 'connect.operation.unsupported';
}

/** Root of the errors of Kafka itself. */
export class KafkaException extends RuntimeException {
  static override readonly javaClass: string = 'org.apache.kafka.common.KafkaException';
  static override readonly code: string = 'kafka.error';
}

/** Bytes could not be read or a value could not be written. */
export class SerializationException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.common.errors.SerializationException';
  static override readonly code: string = 'kafka.serialization';
}

/** A record breaks a rule of the broker or of the consumer, for instance a negative timestamp. */
export class InvalidRecordException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.common.InvalidRecordException';
  static override readonly code: string = 'kafka.record.invalid';
}

/** A configuration value is missing, malformed or refused. */
export class ConfigException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.common.config.ConfigException';
  static override readonly code: string = 'connect.config.invalid';

  /** The refusal of one value, in the wording that REST clients of Kafka Connect know. */
  static invalidValue(key: string, value: unknown, reason?: string, options: ExceptionOptions = {}): ConfigException {
    const message = `Invalid value ${String(value)} for configuration ${key}${reason === undefined ? '' : `: ${reason}`}`;
    return new ConfigException(message, { ...options, configKey: key });
  }
}

/** Root of the errors of Kafka Connect. */
export class ConnectException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.ConnectException';
  static override readonly code: string = 'connect.error';
}

/** A value does not fit its schema, or a record has the wrong shape for a plug-in. */
export class DataException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.DataException';
  static override readonly code: string = 'connect.data.invalid';
}

/** A schema cannot be built as asked. */
export class SchemaBuilderException extends DataException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.SchemaBuilderException';
  static override readonly code: string = 'connect.schema.invalid';
}

/** A value cannot be projected from one schema to another. */
export class SchemaProjectorException extends DataException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.SchemaProjectorException';
  static override readonly code: string = 'connect.schema.projection';
}

/** The same call may succeed later; the runtime repeats it. */
export class RetriableException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.RetriableException';
  static override readonly code: string = 'connect.retriable';
}

/** The named connector, task or plug-in does not exist. */
export class NotFoundException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.NotFoundException';
  static override readonly code: string = 'connect.not_found';
}

/** A connector of this name exists already. */
export class AlreadyExistsException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.AlreadyExistsException';
  static override readonly code: string = 'connect.already_exists';
}

/** A task used the worker in a way that its state forbids, for instance an unassigned partition. */
export class IllegalWorkerStateException extends ConnectException {
  static override readonly javaClass: string = 'org.apache.kafka.connect.errors.IllegalWorkerStateException';
  static override readonly code: string = 'connect.worker.state';
}
