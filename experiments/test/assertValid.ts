import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as assert from 'uvu/assert';
import { JSON_SCHEMAS } from '../report/jsonSchemas.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });

/** That an independent validator accepts a file of results. */
export function assertValid(schema: keyof typeof JSON_SCHEMAS, path: string): void {
  const isValid = ajv.compile(JSON_SCHEMAS[schema]);
  assert.ok(isValid(JSON.parse(readFileSync(path, 'utf8'))), `${path}: ${ajv.errorsText(isValid.errors)}`);
}
