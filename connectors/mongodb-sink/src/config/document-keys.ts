import { ConfigException, LambdaValidator, ValidString } from '@millrace/api';
import { cdcHandlerName, postProcessorNames } from './class-keys.ts';
import { jsonSetting } from './json-setting.ts';
import { keyGroup } from './key-group.ts';

const projectionType = ValidString.in('none', 'blacklist', 'whitelist', 'allowlist', 'blocklist');

const jsonList = LambdaValidator.with(
  (name, value) => {
    if (!Array.isArray(jsonSetting(name, String(value)))) throw ConfigException.invalidValue(name, value, 'it must be a JSON array');
  },
  () => 'A JSON array',
);

/** What happens to a document before it is written. */
export const documentKeys = keyGroup('Documents', {
  'post.processor.chain': {
    type: 'list',
    default: 'com.mongodb.kafka.connect.sink.processor.DocumentIdAdder',
    validator: postProcessorNames,
    importance: 'low',
    doc: 'Classes that change the document, in this order; DocumentIdAdder comes first when it is not listed.',
  },
  'key.projection.type': {
    type: 'string',
    default: 'none',
    validator: projectionType,
    importance: 'low',
    doc: 'What the projectors do with `key.projection.list`: keep or remove.',
  },
  'key.projection.list': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Paths in the key, separated by commas; `*` stands for a level, `**` for all below it, `pre*` for names that begin so.',
  },
  'value.projection.type': {
    type: 'string',
    default: 'none',
    validator: projectionType,
    importance: 'low',
    doc: 'What the projectors do with `value.projection.list`: keep or remove.',
  },
  'value.projection.list': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Paths in the value, as in `key.projection.list`.',
  },
  'field.renamer.mapping': {
    type: 'string',
    default: '[]',
    validator: jsonList,
    importance: 'low',
    doc: 'RenameByMapping: `[{"oldName":"value.a.b","newName":"c"}]`.',
  },
  'field.renamer.regexp': {
    type: 'string',
    default: '[]',
    validator: jsonList,
    importance: 'low',
    doc: 'RenameByRegExp: `[{"regexp":"^value\\..*$","pattern":"_","replace":"-"}]`.',
  },
  'field.value.transformer': {
    type: 'string',
    default: '',
    validator: ValidString.in(''),
    importance: 'low',
    doc: 'Java class that changes values. Not supported, since it is Java code of yours: use a transformation of the connector (`transforms`).',
  },
  'field.value.transformer.fields': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Fields for it.',
  },
  'change.data.capture.handler': {
    type: 'string',
    default: '',
    validator: cdcHandlerName,
    importance: 'low',
    doc: 'Class that reads records as change events; then ids, post processors and write models are its own.',
  },
  'change.data.capture.handler.remove.null.values': {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Whether nulls are removed from what a change data capture handler writes.',
  },
} as const);
