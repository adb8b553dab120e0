// Parses each definition as client generators do: node check.mjs FILE…
import SwaggerParser from '@apidevtools/swagger-parser';

for (const file of process.argv.slice(2)) {
  const api = await SwaggerParser.validate(file);
  console.log(`${file}: ${api.info.title} ${api.info.version} is valid`);
}
