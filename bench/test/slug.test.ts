import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { machineSlug } from '../lib/slug.ts';

test('a machine is named by its processor, its kind and cores, in letters that any file system takes', () => {
  assert.is(
    machineSlug({ cpu: 'Intel(R) Xeon(R) Processor @ 2.60GHz', cores: 2 }),
    'intel-r-xeon-r-processor-2-60ghz-2-cores',
  );
  assert.is(
    machineSlug({ cpu: 'AMD EPYC', cpuKind: 'family 25 model 17', cores: 2 }),
    'amd-epyc-family-25-model-17-2-cores',
  );
});

test.run();
