import type { RecordDocuments } from '../convert/record-documents.ts';

/** Changes the documents of a record in place. @throws DataException if the record does not allow it */
export type PostProcessor = (docs: RecordDocuments) => void;
