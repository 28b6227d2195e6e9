import { describe, expect, it } from 'vitest';
import { parseProperties, readPropertiesFile } from '../src/config/properties-file.ts';

describe('parseProperties', () => {
  it.each([
    ['a=1\nb = 2\n c:3\nd 4', { a: '1', b: '2', c: '3', d: '4' }],
    ['# comment\n! comment\n\n  # indented\na=1', { a: '1' }],
    ['topics=a,\\\n   b,\\\n\tc', { topics: 'a,b,c' }],
    ['path=C:\\\\dir\\tx', { path: 'C:\\dir\tx' }],
    ['a\\ b\\=c=d', { 'a b=c': 'd' }],
    ['e=\\u00e9\\u20ac', { e: 'é€' }],
    ['empty=\nbare', { empty: '', bare: '' }],
    ['a=1\na=2', { a: '2' }],
    ['v=x=y:z', { v: 'x=y:z' }],
    ['v=  trailing  ', { v: 'trailing  ' }],
    ['crlf=1\r\nnext=2\r', { crlf: '1', next: '2' }],
    ['k=even\\\\\nn=1', { k: 'even\\', n: '1' }],
  ])('reads %j as java.util.Properties does', (text, expected) => {
    expect(parseProperties(text)).toEqual(expected);
  });

  it('names the file and the reason when it cannot be read', async () => {
    await expect(readPropertiesFile('/no/such/worker.properties')).rejects.toThrow(
      'Cannot read /no/such/worker.properties: there is no such file',
    );
    await expect(readPropertiesFile('/')).rejects.toThrow('Cannot read /: it is a folder');
  });
});
