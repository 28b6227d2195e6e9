import type { RecordDocuments } from '../convert/record-documents.ts';
import type { WriteModel } from '../write-models/write-model.ts';

/** Makes the write of a change event; null when it changes nothing. @throws DataException if the record is no event that it knows */
export type CdcHandler = (docs: RecordDocuments) => WriteModel | null;
