/** Versions of the tools that this project fetches by itself. The only place that names them. */

/** The lowest Node release that Millrace runs on; the same as `engines` in every package.json. */
export const MINIMUM_NODE = '20.19.0';

/** The package manager. */
export const PNPM = '12.21.0';

/** The second Node release that the unit tests run on. */
export const NODE_24 = '24.21.0';
