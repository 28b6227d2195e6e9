import { describe, expect, it } from 'vitest';
import { escapes, undeclared, wrongArrows, wrongRooms } from './arrows.ts';
import { importsOf, readPackages } from './source-files.ts';

const packages = readPackages();

describe('imports between packages', () => {
  it.each(packages)('of $folder point down', ({ folder, sources }) => {
    const imports = sources.flatMap((source) => source.imports);

    expect(wrongArrows(folder, imports)).toEqual([]);
  });

  it.each(packages)('of $folder are declared in its package.json', ({ manifest, sources }) => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imports = sources.flatMap((source) => source.imports);

    expect(undeclared(declared, imports)).toEqual([]);
  });

  it.each(packages)('of $folder never reach into another package by a path', ({ folder, sources }) => {
    const imports = sources.flatMap((source) => source.imports);

    expect(escapes(folder, imports)).toEqual([]);
  });
});

describe('imports between the rooms of the worker', () => {
  it('point down', () => {
    const imports = packages.flatMap(({ sources }) => sources.flatMap((source) => source.imports));

    expect(wrongRooms(imports)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  it('name the file and the package of an arrow that points up', () => {
    const imports = importsOf('runtime/api/src/a.ts', "import type { Log } from '@millrace/kafka';\n");

    expect(wrongArrows('runtime/api', imports)).toEqual(['runtime/api/src/a.ts imports @millrace/kafka']);
  });

  it('let a connector import the api and nothing else of the runtime', () => {
    const text = "import { SourceTask } from '@millrace/api';\nexport { herder } from '@millrace/worker/dist/herder.js';\n";

    expect(wrongArrows('connectors/datagen', importsOf('connectors/datagen/src/a.ts', text))).toEqual([
      'connectors/datagen/src/a.ts imports @millrace/worker',
    ]);
  });

  it('see imports over several lines, dynamic ones and those for a side effect', () => {
    const text =
      "import {\n  a,\n  b,\n} from 'one';\nimport 'two/deep';\nconst three = await import('three');\nexport * from './four.ts';\n";

    expect(importsOf('runtime/api/src/x/a.ts', text).map(({ to }) => to)).toEqual(['one', 'runtime/api/src/x/four.ts', 'two', 'three']);
  });

  it('refuse a path out of the package and a package that is not declared', () => {
    const imports = importsOf(
      'runtime/cli/src/a.ts',
      "import { x } from '../../worker/src/x.ts';\nimport y from 'y';\nimport fs from 'node:fs';\n",
    );

    expect(escapes('runtime/cli', imports)).toEqual(['runtime/cli/src/a.ts imports runtime/worker/src/x.ts']);
    expect(undeclared(['z'], imports)).toEqual(['runtime/cli/src/a.ts imports y']);
  });

  it('let rest know the herder interface and no other file of its room', () => {
    const text = "import type { Herder } from '../herder/herder.ts';\nimport { Standalone } from '../herder/standalone.ts';\n";

    expect(wrongRooms(importsOf('runtime/worker/src/rest/a.ts', text))).toEqual([
      'runtime/worker/src/rest/a.ts imports runtime/worker/src/herder/standalone.ts',
    ]);
  });
});
