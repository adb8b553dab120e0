// Writes the excerpt of CLDR into the SDK: `node tests/sdk/js/locale-data.mjs`. A test compares both.

import { readFileSync, writeFileSync } from 'node:fs';

const sdk = new URL('../../../sdk/', import.meta.url);
const target = new URL('js/src/locale-data.js', sdk);
const head = 'export const CLDR =\n';
const [types] = readFileSync(target, 'utf8').split(head);
const data = readFileSync(new URL('locales.json', sdk), 'utf8').trimEnd();
writeFileSync(target, `${types}${head}${data};\n`);
