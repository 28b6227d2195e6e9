/** The driver's connection alone: its entry file also loads a pool, which is not needed here. */
declare module 'pg/lib/client.js' {
  import { Client } from 'pg';
  export default Client;
}
