/** Where the text of a sink task goes. No two methods run at the same time. */
export interface LineOutput {
  /** Resolves when the system has taken all of the text. @throws ConnectException if it refuses. */
  write(text: string): Promise<void>;
  /** Makes what was written as durable as the output can be. @throws ConnectException if that fails. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
