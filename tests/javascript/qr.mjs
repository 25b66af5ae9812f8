// What a QR code in a PNG (base64 on standard input) says, read as a scanner would: from its pixels.
import { text } from 'node:stream/consumers';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

const png = PNG.sync.read(Buffer.from(await text(process.stdin), 'base64'));
const scan = jsqr.default ?? jsqr;
const code = scan(new Uint8ClampedArray(png.data), png.width, png.height);
process.stdout.write(JSON.stringify({ width: png.width, height: png.height, version: code?.version, text: code && Buffer.from(code.binaryData).toString('utf8') }));
