import { join } from 'node:path';
import * as z from 'zod';
import { comparisonSchema } from '../comparison/comparison.ts';
import { anatomySchema } from '../comparison/networkTable.ts';
import { restorationSchema } from '../comparison/restoration.ts';
import { correlationMapsSchema } from '../correlationMaps/results.ts';
import { writeText } from '../lib/jsonFiles.ts';
import { resultsSchema, runSchema } from '../lib/results.ts';

/** The JSON Schemas (draft 2020-12) of what `results/` holds, by the names of their files. What has a default may be left out. */
export const JSON_SCHEMAS = {
  'results.schema.json': z.toJSONSchema(resultsSchema, { io: 'input' }),
  'run.schema.json': z.toJSONSchema(runSchema, { io: 'input' }),
  'comparison.schema.json': z.toJSONSchema(comparisonSchema, { io: 'input' }),
  'restoration.schema.json': z.toJSONSchema(restorationSchema, { io: 'input' }),
  'networks.schema.json': z.toJSONSchema(anatomySchema, { io: 'input' }),
  'correlation-maps.schema.json': z.toJSONSchema(correlationMapsSchema, { io: 'input' }),
} as const;

/** Writes them to a folder of results. */
export function writeSchemas(out: string): void {
  for (const [name, schema] of Object.entries(JSON_SCHEMAS)) {
    writeText(join(out, name), `${JSON.stringify(schema, null, 1)}\n`);
  }
}
