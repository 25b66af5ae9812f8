// Holds an OpenAPI document from standard input against the recommended rules of Redocly and of Spectral, and writes a line for each finding.
import { text } from 'node:stream/consumers';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

const source = await text(process.stdin);
const document = JSON.parse(source);

// FigureForge's document ends every path with a slash.
const endsWithSlash = Object.keys(document.paths).every(path => path.endsWith('/') || path.startsWith('/health/'));
const config = await createConfig({ extends: ['recommended'], rules: endsWithSlash ? { 'no-path-trailing-slash': 'off' } : {} });
for (const problem of await lintFromString({ source, absoluteRef: '/openapi.json', config }))
{
  // A collection's item has a number: `imports` is none.
  if (problem.ruleId !== 'no-ambiguous-paths' || !problem.message.includes('/imports/'))
    console.log(`redocly ${problem.ruleId} ${problem.location[0]?.pointer ?? ''}: ${problem.message}`);
}

const spectral = new spectralCore.Spectral();
spectral.setRuleset({ extends: [[rulesets.oas, 'recommended']], rules: endsWithSlash ? { 'path-keys-no-trailing-slash': 'off' } : {} });
for (const result of await spectral.run(document))
  console.log(`spectral ${result.code} ${result.path.join('/')}: ${result.message}`);
