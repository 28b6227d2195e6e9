import { ConnectException } from '@millrace/api';
import type { MongoClient } from 'mongodb';
import type { Keys } from '../config/definition.ts';

interface Privilege {
  readonly resource: { readonly db?: string; readonly collection?: string; readonly anyResource?: boolean; readonly cluster?: boolean };
  readonly actions: readonly string[];
}

interface Role {
  readonly role: string;
  readonly db: string;
}

interface AuthInfo {
  readonly authenticatedUsers?: readonly { readonly user: string; readonly db: string }[];
  readonly authenticatedUserRoles?: readonly Role[];
  readonly authenticatedUserPrivileges?: readonly Privilege[];
}

const WRITES = ['insert', 'update', 'remove', 'collStats'];

/** What roles of the server's own let a user do with documents; a role with `Any` or `root` does so in every database. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  read: ['collStats'],
  readAnyDatabase: ['collStats'],
  readWrite: WRITES,
  readWriteAnyDatabase: WRITES,
  dbOwner: WRITES,
  root: WRITES,
};

/** Asks whether the user may write. @throws ConnectException with the privileges that are missing, and how to grant them */
export async function checkPrivileges(client: MongoClient, keys: Keys): Promise<void> {
  const { authInfo } = await client.db('admin').command({ connectionStatus: 1, showPrivileges: true });
  const info = authInfo as AuthInfo;
  const [user] = info.authenticatedUsers ?? [];
  // Without a user the server asks for none.
  if (user === undefined) return;
  const granted = grantedActions(info, keys);
  if (granted === null) return;
  const needed = ['insert', 'update', 'remove', ...(keys['timeseries.timefield'] === '' ? [] : ['collStats'])];
  const missing = needed.filter((action) => !granted.has(action));
  if (missing.length === 0) return;
  throw new ConnectException(`Invalid user permissions. Missing the following action permissions: ${missing.join(', ')}.`, {
    configKey: 'connection.uri',
    suggestion: `Run: db.getSiblingDB("${user.db}").grantRolesToUser("${user.user}", [{role: "readWrite", db: "${keys.database}"}])`,
  });
}

/** Null when the server lists no privileges and the user has roles that only it knows. */
function grantedActions({ authenticatedUserPrivileges = [], authenticatedUserRoles = [] }: AuthInfo, keys: Keys): Set<string> | null {
  if (authenticatedUserPrivileges.length > 0) {
    return new Set(authenticatedUserPrivileges.filter(({ resource }) => covers(resource, keys)).flatMap(({ actions }) => actions));
  }
  if (authenticatedUserRoles.some(({ role }) => !Object.hasOwn(BUILT_IN, role))) return null;
  const roles = authenticatedUserRoles.filter(({ role, db }) => db === keys.database || role === 'root' || role.endsWith('AnyDatabase'));
  return new Set(roles.flatMap(({ role }) => BUILT_IN[role] ?? []));
}

function covers({ db, collection = '', anyResource, cluster }: Privilege['resource'], keys: Keys): boolean {
  if (anyResource === true) return true;
  if (cluster === true || db === undefined) return false;
  // A collection that the records or the topics choose is not known here.
  const isCollection = collection === '' || keys.collection === '' || collection === keys.collection;
  return (db === '' || db === keys.database) && isCollection;
}
