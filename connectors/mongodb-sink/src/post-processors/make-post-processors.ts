import { simpleName } from '../config/class-keys.ts';
import type { Keys } from '../config/definition.ts';
import type { RecordDocuments } from '../convert/record-documents.ts';
import type { IdStrategy } from '../id/id-strategy.ts';
import { addId } from './add-id.ts';
import type { PostProcessor } from './post-processor.ts';
import { projection, projectionType } from './projection.ts';
import { renameByMapping, renameByRegExp } from './rename.ts';
import { addKafkaMeta, removeNulls } from './small-processors.ts';
import { convertTimeField } from './time-field.ts';

/** The chain of a topic, DocumentIdAdder first, compiled. @throws ConfigException if a setting of a listed processor is wrong */
export function makePostProcessors(keys: Keys, id: IdStrategy): PostProcessor[] {
  const adder = addId(id, keys['document.id.strategy.overwrite.existing']);
  const listed = keys['post.processor.chain'].map((name) => simpleName(name.trim())).filter((name) => name !== '');
  const names = listed.includes('DocumentIdAdder') ? listed : ['DocumentIdAdder', ...listed];
  const chain = names.map((name) => (name === 'DocumentIdAdder' ? adder : makeProcessor(name, keys)));
  if (keys['timeseries.timefield.auto.convert']) chain.push(convertTimeField(keys['timeseries.timefield']));
  return chain;
}

function makeProcessor(name: string, keys: Keys): PostProcessor {
  switch (name) {
    case 'KafkaMetaAdder':
      return addKafkaMeta;
    case 'NullFieldValueRemover':
      return removeNulls;
    case 'RenameByMapping':
      return renameByMapping(keys['field.renamer.mapping']);
    case 'RenameByRegExp':
      return renameByRegExp(keys['field.renamer.regexp']);
    default:
      return projector(name, keys);
  }
}

/** A projector of one type does nothing when the configured type is the other. */
function projector(name: string, keys: Keys): PostProcessor {
  const half = name.includes('Key') ? 'key' : 'value';
  const own = /^(?:Block|Black)/.test(name) ? 'block' : 'allow';
  const configured = projectionType(keys[`${half}.projection.type`]);
  if (own !== configured) return () => undefined;
  const apply = projection(own, keys[`${half}.projection.list`]);
  return (docs: RecordDocuments) => {
    const doc = docs[half];
    if (doc !== null) apply(doc);
  };
}
