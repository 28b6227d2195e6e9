import type { Components } from '../component.ts';
import { converterComponents } from './converter-adapter.ts';

export const jsonConverter: Components = converterComponents('JsonConverter', 'org.apache.kafka.connect.json.JsonConverter');
