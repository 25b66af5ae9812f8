// The text of a PDF (base64 on standard input), page by page, as PDF.js reads it.
import { text } from 'node:stream/consumers';
import { extractText, getDocumentProxy } from 'unpdf';

const pdf = await getDocumentProxy(new Uint8Array(Buffer.from(await text(process.stdin), 'base64')));
const { text: pages } = await extractText(pdf, { mergePages: false });
process.stdout.write(pages.join('\n'));
