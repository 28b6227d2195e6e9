/**
 * The contract that connectors are held to, and ways to run one in memory.
 *
 * @module
 */
export type { ConnectorClass } from './class-plugin.ts';
export type { ConnectorExports } from './connector-plugin.ts';
export type { ContractCase } from './contract-case.ts';
export { contractCases, contractTable } from './contract-cases.ts';
export type { ConnectorContractOptions, Outage, SinkFixture, SinkSystem, SourceSystem } from './contract-options.ts';
export { ContractViolation } from './contract-violation.ts';
export { describeConnectorContract, type TestRunner } from './describe-connector-contract.ts';
export { casesOf, runCase, runContract, type CaseOutcome } from './run-contract.ts';
export { runSink, type RunSinkOptions, type SinkInput } from './run-sink.ts';
export { runSource, type DeliveredRecord, type RunSourceOptions } from './run-source.ts';
