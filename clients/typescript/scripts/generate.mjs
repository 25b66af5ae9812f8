// Writes src/generated/<product>.ts, the types of each product's bodies, from contracts/<product>.openapi.json.
// With --check it writes nothing, and fails when a file is not what it would write.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';

const contracts = new URL('../../../contracts/', import.meta.url);
const generated = new URL('../src/generated/', import.meta.url);
const suffix = '.openapi.json';
const check = process.argv.includes('--check');

// Of products without a client nobody needs the types here.
const clients = new Set((await readdir(new URL('../src/', import.meta.url))).map(name => name.replace(/\.ts$/, '')));
const files = (await readdir(contracts)).filter(name => name.endsWith(suffix) && clients.has(name.slice(0, -suffix.length))).sort();
if (files.length === 0)
  throw new Error(`No snapshot in ${contracts.pathname}.`);
await mkdir(generated, { recursive: true });
for (const file of files) {
  const product = file.slice(0, -suffix.length);
  const target = new URL(`${product}.ts`, generated);
  const text = typesOf(JSON.parse(await readFile(new URL(file, contracts), 'utf8')), file);
  if (!check) {
    await writeFile(target, text);
  } else if (await readFile(target, 'utf8').catch(() => '') !== text) {
    console.error(`src/generated/${product}.ts is not what contracts/${file} says: npm run generate.`);
    process.exitCode = 1;
  }
}

function typesOf(document, file) {
  const schemas = Object.entries(document.components?.schemas ?? {});
  return `// Generated from contracts/${file} by scripts/generate.mjs.\n${schemas.map(([name, schema]) => declarationOf(name, schema)).join('')}`;
}

function declarationOf(name, schema) {
  const comment = commentOf(schema, '');
  return schema.properties
    ? `\n${comment}export interface ${name} ${membersOf(schema, '')}\n`
    : `\n${comment}export type ${name} = ${typeOf(schema, '')};\n`;
}

function membersOf(schema, indent) {
  const members = Object.entries(schema.properties).map(([name, member]) => {
    const optional = schema.required?.includes(name) ? '' : '?';
    const key = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
    return `${commentOf(member, `${indent}  `)}${indent}  ${key}${optional}: ${typeOf(member, `${indent}  `)};\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}

function typeOf(schema, indent) {
  if (schema.$ref)
    return schema.$ref.split('/').at(-1);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices)
    return [...new Set(choices.map(choice => typeOf(choice, indent)))].sort(nullLast).join(' | ');
  if (schema.allOf)
    return schema.allOf.map(part => typeOf(part, indent)).join(' & ');
  const types = [schema.type ?? []].flat();
  if (schema.enum) {
    const values = schema.enum.map(value => JSON.stringify(value));
    return [...values, ...types.includes('null') && !schema.enum.includes(null) ? ['null'] : []].join(' | ');
  }
  return types.length === 0 ? 'unknown' : [...types].sort(nullLast).map(type => simple(type, schema, indent)).join(' | ');
}

function simple(type, schema, indent) {
  switch (type) {
    case 'integer':
      return 'number';
    case 'array': {
      const item = typeOf(schema.items ?? {}, indent);
      return item.includes(' ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return schema.properties ? membersOf(schema, indent)
        : `Record<string, ${typeof schema.additionalProperties === 'object' ? typeOf(schema.additionalProperties, indent) : 'unknown'}>`;
    default:
      return type;
  }
}

function nullLast(one, other) {
  return Number(one === 'null') - Number(other === 'null');
}

function commentOf(schema, indent) {
  const lines = schema.description?.replaceAll('*/', '* /').trim().split(/\s*\n\s*/) ?? [];
  if (lines.length === 0)
    return '';
  return lines.length === 1 ? `${indent}/** ${lines[0]} */\n` : `${indent}/**\n${lines.map(line => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}
