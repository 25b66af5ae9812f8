// Holds an OpenAPI document from standard input against the recommended rules of Redocly and of Spectral, and writes a line for each finding.
import { text } from 'node:stream/consumers';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

const source = await text(process.stdin);
const document = JSON.parse(source);

// Literal steps win over parameters here, and ids never look like one: the documents themselves have /images/job/<id>/ beside /images/<id>/update/.
const rules = { 'no-ambiguous-paths': 'off' };
// FigureForge's document ends the paths of its API with a slash.
const endsWithSlash = Object.keys(document.paths).some(path => path.startsWith('/api/') && path.endsWith('/'));
const config = await createConfig({ extends: ['recommended'], rules: endsWithSlash ? { ...rules, 'no-path-trailing-slash': 'off' } : rules });
for (const problem of await lintFromString({ source, absoluteRef: '/openapi.json', config }))
  console.log(`redocly ${problem.ruleId} ${problem.location[0]?.pointer ?? ''}: ${problem.message}`);

const spectral = new spectralCore.Spectral();
spectral.setRuleset({ extends: [[rulesets.oas, 'recommended']], rules: endsWithSlash ? { 'path-keys-no-trailing-slash': 'off' } : {} });
for (const result of await spectral.run(document))
  console.log(`spectral ${result.code} ${result.path.join('/')}: ${result.message}`);
