/** Types of the server's messages that are told apart. */
export const Message = {
  COMMAND_COMPLETE: 0x43,
  DATA_ROW: 0x44,
  ERROR: 0x45,
  EMPTY_QUERY: 0x49,
  PORTAL_SUSPENDED: 0x73,
  READY: 0x5a,
  ROW_DESCRIPTION: 0x54,
  NOTICE: 0x4e,
  PARAMETER_STATUS: 0x53,
  NOTIFICATION: 0x41,
} as const;

/** Prepares the unnamed statement; the server infers the types of parameters. */
export function parse(sql: string): Buffer {
  return message('P', Buffer.concat([Buffer.from([0]), text(sql), int16(0)]));
}

/** Binds parameters, as text, to the unnamed portal. @param formats 1 for binary, by column; none: text for all */
export function bind(params: readonly (string | null)[], formats: readonly number[] = []): Buffer {
  const values = params.flatMap((param) => {
    if (param === null) return [int32(-1)];
    const bytes = Buffer.from(param, 'utf8');
    return [int32(bytes.length), bytes];
  });
  const parts = [Buffer.from([0, 0]), int16(0), int16(params.length), ...values, int16(formats.length), ...formats.map(int16)];
  return message('B', Buffer.concat(parts));
}

/** Asks what columns the unnamed statement gives. */
export function describeStatement(): Buffer {
  return message('D', Buffer.from('S\0'));
}

/** Runs the unnamed portal. @param maxRows 0 for all */
export function execute(maxRows: number): Buffer {
  return message('E', Buffer.concat([Buffer.from([0]), int32(maxRows)]));
}

/** Closes the unnamed portal. */
export function closePortal(): Buffer {
  return message('C', Buffer.from('P\0'));
}

export const flush = message('H', Buffer.alloc(0));
export const sync = message('S', Buffer.alloc(0));
export const terminate = message('X', Buffer.alloc(0));

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'utf8');
}

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}
